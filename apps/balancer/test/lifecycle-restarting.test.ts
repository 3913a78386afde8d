// A balancer between two primaries: `list` shows it, `stop` ends it in every phase, its index stays its own, and nothing is left.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StatusDocument } from '@lb/cli';
import { expect, it } from 'vitest';
import { type Host, host, outcome } from './support/host.ts';
import { removeController, restoreController, withController } from './support/lost-controller.ts';
import { lastingPort } from './support/ports.ts';
import { isGone, pidsOf, signal } from './support/runtime-processes.ts';
import { until } from './support/wait.ts';

/** Before that, it may name workers of the dead primary. */
const STOPPED = { code: 0, stdout: expect.stringMatching(/Stopped balancer 0\n$/), stderr: '' };
/** Nobody is ever connected to it. */
const TARGETS = [{ host: '127.0.0.1', port: 9 }];

it('is shown and stopped while primary after primary cannot start', async () => {
  const place = await host();
  const options = await withController(place, await config());
  const { pid, supervisorPid } = await place.start(options);
  await removeController(place);
  signal(pid, 'SIGKILL');
  await until('a primary that cannot start', async () =>
    (await place.log()).some(({ msg }) => msg.startsWith('the primary cannot start')),
  );
  const [path, log] = [join(place.folder, 'config.json'), join(place.folder, 'loadbalancer.out')];
  const text = `Balancer 0 is restarting: its supervisor (pid ${supervisorPid}) starts another primary with ${path}; ${log} says why.\n`;
  expect(await place.command('list')).toEqual({ code: 0, stdout: text, stderr: '' });
  expect(JSON.parse((await place.command('list', '--json')).stdout)).toMatchObject({
    version: 1,
    balancers: [],
    restarting: [{ index: 0, pid: supervisorPid, configPath: path, logPath: log, state: 'restarting' }],
  });
  for (const command of ['reload', 'status'])
    expect(await place.command(command, '0')).toEqual({ code: 1, stdout: '', stderr: `Error: ${text}` });
  expect(await place.command('stop', '0')).toEqual(STOPPED);
  await nothingLeft(place);
});

it('has a successor also when a real-time signal has ended it, which Node reports as exit code 0', async () => {
  const place = await host();
  const { pid, supervisorPid } = await place.start(await config());
  process.kill(pid, 34);
  const next = await until('a successor', async () => (await shown(place)).balancers.find((one) => one.pid !== pid));
  expect(next).toMatchObject({ index: 0, supervisorPid });
  expect(await place.command('stop')).toEqual(STOPPED);
  await nothingLeft(place);
});

it('is named by a start on its port', async () => {
  const place = await host();
  const before = await place.start(await config());
  await place.write('second.json', { ...(await config()), sourcePort: before.sourcePort });
  signal(before.pid, 'SIGKILL');
  const next = await until('the next primary', () => place.processes().find((pid) => !pidsOf(before).includes(pid)));
  signal(next, 'SIGSTOP');
  const { stderr } = await place.command('start', '--config', 'second.json');
  signal(next, 'SIGCONT');
  expect(stderr).toBe(
    `Error: port ${before.sourcePort} is taken by balancer 0, which is restarting with ${before.configPath}. "loadbalancer stop 0" ends it.\n`,
  );
  await until('it to run', async () => (await shown(place)).balancers.length === 1);
  expect(await place.command('stop')).toEqual(STOPPED);
  await nothingLeft(place);
});

it('is stopped while the next primary is waited for', async () => {
  const place = await host();
  const options = await withController(place, await config());
  const before = await place.start(options);
  await removeController(place);
  signal(before.pid, 'SIGKILL');
  // The pause grows, so that it comes to be longer than a command takes.
  await until('a long pause', async () => (await place.log()).some(({ pauseMs }) => Number(pauseMs) >= 2000));
  expect(await place.command('stop')).toEqual(STOPPED);
  await nothingLeft(place);
});

it('is stopped while the next primary begins to start', async () => {
  const place = await host();
  const before = await place.start(await config());
  signal(before.pid, 'SIGKILL');
  await until('the next primary', () => place.processes().some((pid) => !pidsOf(before).includes(pid)));
  expect(await place.command('stop')).toEqual(STOPPED);
  await nothingLeft(place);
});

it('keeps its index, which no other one is given meanwhile', async () => {
  const place = await host();
  const first = await place.start(await config(), 'first.json');
  const second = await place.start(await withController(place, await config()), 'second.json');
  await removeController(place);
  signal(second.pid, 'SIGKILL');
  await until('the second to restart', async () => (await shown(place)).restarting.length === 1);
  expect((await place.start(await config(), 'third.json')).index).toBe(2);
  expect(await place.command('stop', '0')).toEqual(STOPPED);
  expect(pidsOf(first).every(isGone)).toBe(true);
  await restoreController(place);
  const found = await until('the second to run', async () => {
    const { balancers } = await shown(place);
    return balancers.length === 2 && balancers;
  });
  expect(found.map(({ index, supervisorPid }) => [index, supervisorPid])).toEqual([
    [1, second.supervisorPid],
    [2, expect.any(Number)],
  ]);
});

it('is shown and stopped while it starts', async () => {
  const place = await host();
  await place.write('config.json', await config());
  const started = outcome(place.spawn('start'));
  const primary = await until('its primary', () => place.processes().find(isPrimary));
  signal(primary, 'SIGSTOP');
  const listed = await place.command('list');
  expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining(' starts its primary with ') });
  expect(listed.stdout).toMatch(/^Balancer 0 is starting: its supervisor \(pid \d+\)/);
  const stopped = outcome(place.spawn('stop'));
  await until('its supervisor to be asked', () => !readSupervisor(place).includes('"starting"'));
  signal(primary, 'SIGCONT');
  expect(await stopped).toEqual(STOPPED);
  expect(await started).toMatchObject({ code: 1, stderr: expect.stringContaining('was stopped before the start') });
  await nothingLeft(place);
});

it('is not taken for restarting when its supervisor is gone', async () => {
  const place = await host();
  const { pid, supervisorPid } = await place.start(await config());
  signal(supervisorPid as number, 'SIGKILL');
  await until('its end', () => isGone(supervisorPid as number));
  expect(await shown(place)).toMatchObject({ balancers: [{ pid }], restarting: [] });
  expect(place.sockets()).toEqual(['0.sock']);
  expect(await place.command('stop')).toEqual(STOPPED);
  await nothingLeft(place);
});

it('does not come up when its supervisor ends while the next primary starts', async () => {
  const place = await host();
  const before = await place.start(await config());
  signal(before.pid, 'SIGKILL');
  const next = await until('the next primary', () => place.processes().find((pid) => !pidsOf(before).includes(pid)));
  signal(next, 'SIGSTOP');
  signal(before.supervisorPid as number, 'SIGKILL');
  await until('the end of its supervisor', () => isGone(before.supervisorPid as number));
  signal(next, 'SIGCONT');
  await place.quiet();
  expect(await shown(place)).toEqual({ version: 1, balancers: [], restarting: [] });
});

function isPrimary(pid: number): boolean {
  return /primary\.cjs|^loadbalancer: primary/.test(readText(`/proc/${pid}/cmdline`));
}

/** What its file says, while it is there. */
function readSupervisor({ runtime }: Host): string {
  return readText(join(runtime, '0.supervisor'));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function config(): Promise<object> {
  return { sourcePort: await lastingPort(), sourceHost: '127.0.0.1', balancerCount: 1, targets: TARGETS };
}

async function shown(place: Host): Promise<{ balancers: StatusDocument[]; restarting: object[] }> {
  return JSON.parse((await place.command('list', '--json')).stdout);
}

async function nothingLeft(place: Host): Promise<void> {
  await place.quiet();
  expect(place.sockets()).toEqual([]);
}
