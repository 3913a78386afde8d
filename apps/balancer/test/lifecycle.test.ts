// Two balancers of one user from start to stop: their indices, what `list` and `status` show, what `stop` leaves.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clientAddress, whoServes } from './support/clients.ts';
import { isWhole } from './support/control-socket.ts';
import { type Host, host } from './support/host.ts';
import { lastingPort } from './support/ports.ts';
import { isGone, pidsOf } from './support/runtime-processes.ts';
import { echoTarget, listed, type TestTarget } from './support/targets.ts';
import { until } from './support/wait.ts';

const NONE = 'No balancer is running.\n';

it('gives each balancer the smallest free index, and stops one or all', async () => {
  const target = await echoTarget('a');
  const place = await host();
  const first = await place.start(await configFor(target), 'first.json');
  const second = await place.start(await configFor(target), 'second.json');
  expect([first.index, second.index]).toEqual([0, 1]);
  expect(place.sockets()).toEqual(['0.sock', '0.supervisor', '1.sock', '1.supervisor']);
  expect(statSync(place.runtime).mode & 0o777).toBe(0o700);
  expect(statSync(join(place.runtime, '0.sock')).mode & 0o777).toBe(0o600);

  const stopped = await place.command('stop', '0');
  expect(stopped).toEqual({ code: 0, stdout: 'Stopped balancer 0\n', stderr: '' });
  expect(pidsOf(first).filter((pid) => !isGone(pid))).toEqual([]);
  expect(place.sockets()).toEqual(['1.sock', '1.supervisor']);
  await expect(whoServes(first.sourcePort, clientAddress(0))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(await whoServes(second.sourcePort, clientAddress(0))).toBe('a');
  expect((await place.list()).map(({ index, pid }) => [index, pid])).toEqual([[1, second.pid]]);

  const third = await place.start(await configFor(target), 'third.json');
  expect(third.index).toBe(0);
  const both = await place.command('stop');
  expect(both).toMatchObject({ code: 0, stderr: '' });
  expect(both.stdout.trim().split('\n').sort()).toEqual(['Stopped balancer 0', 'Stopped balancer 1']);
  expect([...pidsOf(second), ...pidsOf(third)].filter((pid) => !isGone(pid))).toEqual([]);
  expect(place.sockets()).toEqual([]);
  expect(place.processes()).toEqual([]);
});

it('shows tables to people', async () => {
  const target = await echoTarget('a');
  const place = await host();
  const first = await place.start(await configFor(target), 'first.json');
  const second = await place.start(await configFor(target), 'second.json');
  await whoServes(first.sourcePort, clientAddress(0));
  await until('its connection to be over', async () =>
    (await place.list()).every(({ connections }) => connections === 0),
  );

  const list = await shown(place, 'list');
  const [heading, ...rows] = list.trimEnd().split('\n');
  expect(heading?.trim().split(/ {2,}/)).toEqual([
    'INDEX',
    'PID',
    'LISTENS ON',
    'UPTIME',
    'PROCESSES',
    'CONNECTIONS',
    'SESSIONS',
    'TARGETS',
    'CONFIG',
  ]);
  const cells = rows.map((row) => row.trim().split(/ {2,}/));
  expect(cells).toEqual([
    [
      '0',
      `${first.pid}`,
      `127.0.0.1:${first.sourcePort}`,
      expect.any(String),
      '1',
      '0',
      '1',
      '1 available',
      first.configPath,
    ],
    [
      '1',
      `${second.pid}`,
      `127.0.0.1:${second.sourcePort}`,
      expect.any(String),
      '1',
      '0',
      '0',
      '1 available',
      second.configPath,
    ],
  ]);

  const one = await shown(place, 'status', '0');
  expect(one).toContain(`Balancer 0 on 127.0.0.1:${first.sourcePort}, up `);
  expect(one).toContain('Connections: 0 open, 1 accepted, 0 blocked, 0 without a target\n');
  expect(one).toMatch(new RegExp(`^127\\.0\\.0\\.1:${target.port} +available +1 +0 +1$`, 'm'));
  expect(one).toMatch(new RegExp(`^ +0 +${first.workers[0]?.pid} +ready +`, 'm'));
  expect(one).not.toContain('Balancer 1 on');
  const all = await shown(place, 'status');
  expect(all).toContain('Balancer 0 on');
  expect(all).toContain('Balancer 1 on');
});

it('gives programs JSON with a version, and units in the names', async () => {
  const target = await echoTarget('a');
  const place = await host();
  await place.start({ ...(await configFor(target)), balancerCount: 2, shutdownTimeout: 1234 });
  const document = await until('all workers to answer', async () => {
    const shownNow = JSON.parse(await shown(place, 'list', '--json'));
    return isWhole(shownNow.balancers[0]) && shownNow;
  });
  const number = expect.any(Number);
  const worker = {
    state: 'ready',
    pid: number,
    uptimeSeconds: number,
    engine: expect.any(String),
    connections: 0,
    sessions: 0,
    displacedSessions: 0,
    eventLoopDelayMs: number,
  };
  expect(document).toEqual({
    version: 1,
    balancers: [
      {
        version: 1,
        index: 0,
        release: expect.stringMatching(/^\d+\.\d+\.\d+/),
        configPath: join(place.folder, 'config.json'),
        logPath: join(place.folder, 'loadbalancer.out'),
        supervisorPid: number,
        pid: number,
        pidNamespace: expect.any(String),
        shutdownTimeoutMs: 1234,
        startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        uptimeSeconds: number,
        sourceHost: '127.0.0.1',
        sourcePort: number,
        connections: 0,
        sessions: 0,
        epoch: 0,
        displacedSessions: 0,
        counters: {
          accepted: 0,
          full: 0,
          denied: 0,
          malformed: 0,
          probes: 0,
          tooManyOfClient: 0,
          tooFastOfClient: 0,
          blocked: 0,
          unserved: 0,
          passedOver: 0,
          middlewareFailed: 0,
        },
        workers: [
          { ...worker, worker: 0, listeners: [0] },
          { ...worker, worker: 1, listeners: [1] },
        ],
        targets: [{ target: `127.0.0.1:${target.port}`, state: 'available', weight: 1, connections: 0, sessions: 0 }],
      },
    ],
    restarting: [],
  });
  const pids = pidsOf(document.balancers[0]);
  expect(pids).toHaveLength(4);
  expect(pids.filter(isGone)).toEqual([]);
  expect(place.processes().sort()).toEqual(pids.sort());
  const status = JSON.parse(await shown(place, 'status', '0', '--json'));
  expect(status.version).toBe(1);
  expect(status.balancers.map(({ pid }: { pid: number }) => pid)).toEqual([document.balancers[0].pid]);
});

it('says when none runs, and when the one asked for does not', async () => {
  const place = await host();
  for (const name of ['list', 'stop']) {
    expect(await place.command(name)).toEqual({ code: 0, stdout: NONE, stderr: '' });
  }
  expect(JSON.parse(await shown(place, 'list', '--json'))).toEqual({ version: 1, balancers: [], restarting: [] });
  const none = 'Error: No balancer is running. "loadbalancer start" starts one.\n';
  expect(await missing(place, 'status')).toBe(none);
  expect(await place.command('status', '--json')).toMatchObject({ code: 1, stderr: none });
  for (const name of ['status', 'stop']) {
    expect(await missing(place, name, '3')).toBe('Error: Balancer 3 is not running. No balancer is.\n');
  }
  await place.start(await configFor(await echoTarget('a')));
  for (const name of ['status', 'stop']) {
    expect(await missing(place, name, '3')).toBe('Error: Balancer 3 is not running. Running: 0.\n');
  }
  expect(await place.list()).toHaveLength(1);
});

async function shown(place: Host, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await place.command(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

async function missing(place: Host, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await place.command(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  return stderr;
}

async function configFor(target: TestTarget): Promise<object> {
  return { sourcePort: await lastingPort(), sourceHost: '127.0.0.1', balancerCount: 1, targets: listed([target]) };
}
