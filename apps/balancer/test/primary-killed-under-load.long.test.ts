// Under `start` the death of a primary refuses and resets nobody: the supervisor holds its listeners until the next one accepts.

import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { clientAddress, whoServes } from './support/clients.ts';
import { type Host, host, outcome } from './support/host.ts';
import { Load } from './support/load.ts';
import { removeController, restoreController, withController } from './support/lost-controller.ts';
import { nextPrimary } from './support/next-primary.ts';
import { lastingPort } from './support/ports.ts';
import { pause } from './support/processes.ts';
import { describeAsRoot } from './support/root.ts';
import { signal } from './support/runtime-processes.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

const engine = process.env.TEST_ENGINE ?? 'auto';
const DEATHS = 3;
/** New connections a second. */
const RATE = 200;

it('refuses and resets nobody when primary after primary is killed', async () => {
  const place = await host();
  await serveThroughDeaths(place, await configFor());
});

describeAsRoot((installed) => {
  it('refuses and resets nobody either where the primary has become another user', async () => {
    const place = await host({ ...installed(), folder: installed().place() });
    await serveThroughDeaths(place, { ...(await configFor()), downgradeToUser: 'nobody' });
  });
});

it('holds no more than what a reload has left, and takes it also where the file has another number of workers', async () => {
  const place = await host();
  const config = await configFor();
  const { pid, supervisorPid } = await place.start(config);
  const moved = { ...config, sourcePort: await lastingPort() };
  await place.write('config.json', moved);
  expect(await place.command('reload')).toMatchObject({ code: 0, stderr: '' });
  await until('the old port to be refused', () => isRefused(config.sourcePort));

  await place.write('config.json', { ...moved, balancerCount: 3 });
  const load = new Load({ port: moved.sourcePort, rate: RATE });
  await load.goesOn(RATE);
  signal(pid, 'SIGKILL');
  const status = await nextPrimary(place, pid);
  await load.goesOn(RATE);
  await load.end();
  expect(load.failed).toEqual([]);
  expect(status).toMatchObject({ sourcePort: moved.sourcePort, supervisorPid });
  expect(status.workers).toHaveLength(2);

  expect(await place.command('stop')).toMatchObject({ code: 0, stderr: '' });
  expect(await isRefused(moved.sourcePort)).toBe(true);
});

it('holds the port in use until a reload opens the one of a changed config', async () => {
  const place = await host();
  const config = await configFor();
  const { pid } = await place.start(config);
  const moved = { ...config, sourcePort: await lastingPort() };
  await place.write('config.json', moved);
  signal(pid, 'SIGKILL');
  expect(await nextPrimary(place, pid)).toMatchObject({ sourcePort: config.sourcePort });
  expect(await whoServes(config.sourcePort, clientAddress(0))).toBe('a');
  expect(await place.command('reload')).toMatchObject({ code: 0, stderr: '' });
  expect(await whoServes(moved.sourcePort, clientAddress(0))).toBe('a');
  await until('the old port to be refused', () => isRefused(config.sourcePort));
});

it('refuses clients while no primary can start, and serves them when one can again', async () => {
  const place = await host();
  const config = await withController(place, await configFor());
  const { pid, workers } = await place.start(config);
  await removeController(place);
  signal(pid, 'SIGKILL');
  for (const worker of workers) signal(worker.pid as number, 'SIGKILL');
  await until('clients to be refused', () => isRefused(config.sourcePort));
  await restoreController(place);
  await nextPrimary(place, pid);
  expect(await whoServes(config.sourcePort, clientAddress(0))).toBe('a');
});

it('has clients wait, and refuses none, while the next primary cannot be forked', async () => {
  const place = await host();
  const config = await configFor();
  const { pid, supervisorPid = 0 } = await place.start(config);
  limitOpenFiles(supervisorPid, readdirSync(`/proc/${supervisorPid}/fd`).length);
  const load = new Load({ port: config.sourcePort, rate: RATE });
  await load.goesOn(RATE / 2);
  signal(pid, 'SIGKILL');
  await until('a failed fork', async () => (await place.log()).some(({ msg }) => msg.includes('EMFILE')));
  limitOpenFiles(supervisorPid, 1_024);
  await nextPrimary(place, pid);
  await load.goesOn(RATE);
  await load.end();
  expect(load.failed).toEqual([]);
  expect((await place.log()).filter(({ msg }) => msg.includes('ECONNRESET'))).toEqual([]);
});

it('leaves the port free at a stop, although a worker of a killed primary hangs', async () => {
  const place = await host();
  const config = await configFor();
  const { pid, workers } = await place.start(config);
  await Promise.all(workers.map((worker) => pause(worker.pid as number)));
  signal(pid, 'SIGKILL');
  await nextPrimary(place, pid);
  const stopping = outcome(place.spawn('stop'));
  await until('the port to be free', () => isRefused(config.sourcePort));
  for (const worker of workers) signal(worker.pid as number, 'SIGCONT');
  expect(await stopping).toMatchObject({ code: 0, stderr: '' });
  await place.start(config);
  expect(await whoServes(config.sourcePort, clientAddress(0))).toBe('a');
});

it('is not started again when it is killed while it stops', async () => {
  const place = await host();
  const config = await configFor();
  const { pid, workers } = await place.start(config);
  for (const worker of workers) signal(worker.pid as number, 'SIGSTOP');
  signal(pid, 'SIGTERM');
  await until('the order to stop', async () => (await place.log()).some(({ msg }) => msg.startsWith('SIGTERM')));
  signal(pid, 'SIGKILL');
  for (const worker of workers) signal(worker.pid as number, 'SIGCONT');
  await place.quiet();
  expect(place.sockets()).toEqual([]);
});

async function configFor() {
  return {
    sourcePort: await lastingPort(),
    sourceHost: '127.0.0.1',
    engine,
    balancerCount: 2,
    shutdownTimeout: 60_000,
    targets: listed([await echoTarget('a')]),
  };
}

interface TestConfig {
  readonly sourcePort: number;
  readonly downgradeToUser?: string;
}

async function serveThroughDeaths(place: Host, config: TestConfig): Promise<void> {
  let { pid, supervisorPid = 0 } = await place.start(config);
  const descriptors = sockets(supervisorPid);
  const load = new Load({ port: config.sourcePort, rate: RATE });
  for (let death = 0; death < DEATHS; death += 1) {
    await load.goesOn(RATE / 2);
    signal(pid, 'SIGKILL');
    ({ pid } = await nextPrimary(place, pid));
  }
  await load.goesOn(RATE);
  await load.end();
  expect(load.failed).toEqual([]);
  expect(sockets(supervisorPid)).toBe(descriptors);
}

function isRefused(port: number): Promise<boolean> {
  return whoServes(port, clientAddress(1)).then(
    () => false,
    ({ code }: NodeJS.ErrnoException) => code === 'ECONNREFUSED',
  );
}

/** Sets how many files a process may have open. */
function limitOpenFiles(pid: number, most: number): void {
  execFileSync('prlimit', ['--pid', `${pid}`, `--nofile=${most}:`]);
}

/** How many sockets a process has open. */
function sockets(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:'))
    .length;
}
