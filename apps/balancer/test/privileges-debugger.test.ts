// SIGUSR1 makes Node open its debugger, where every user of the machine can run code. No process of the balancer does.
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBalancer } from './support/balancer.ts';
import { later, spawned } from './support/cleanup.ts';
import { host } from './support/host.ts';
import { queuesHeldBy } from './support/kernel-sockets.ts';
import { pidsOf } from './support/runtime-processes.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

it('opens no debugger in a supervisor, a primary or a worker of start', async () => {
  const place = await host();
  const targets = listed([await echoTarget('a')]);
  const pids = pidsOf(await place.start({ sourcePort: 0, sourceHost: '127.0.0.1', balancerCount: 2, targets }));
  expect(pids).toHaveLength(4);
  await opensNothing(pids, () => place.list());
  expect((await place.list()).map(pidsOf)).toEqual([pids]);
});

it('opens no debugger in a primary or a worker of run', async () => {
  const balancer = await startBalancer({ balancerCount: 1, targets: listed([await echoTarget('a')]) });
  const pids = pidsOf(await balancer.status());
  expect(pids).toHaveLength(2);
  await opensNothing(pids, balancer.status);
  expect(pidsOf(await balancer.status())).toEqual(pids);
});

it('opens no debugger in a command', async () => {
  const place = await host();
  mkdirSync(place.runtime, { mode: 0o700 });
  const silent = createServer().listen(join(place.runtime, '0.sock'));
  later(() => silent.close());
  await once(silent, 'listening');
  const child = place.spawn('status');
  const [asking] = await once(silent, 'connection');
  await opensNothing([child.pid as number], async () => {});
  expect(child.exitCode ?? child.signalCode).toBe(null);
  asking.destroy();
});

/** Sends SIGUSR1 to processes, and expects that none of them listens to anything new once they have had time to. */
async function opensNothing(pids: readonly number[], heard: () => Promise<unknown>): Promise<void> {
  const before = pids.map(listenersOf);
  for (const pid of pids) process.kill(pid, 'SIGUSR1');
  await opensDebugger();
  await heard();
  expect(pids.map(listenersOf)).toEqual(before);
}

/** A process that has nothing against it, and gets the signal later: once it listens, the others would. */
async function opensDebugger(): Promise<void> {
  const plain = spawned(process.execPath, ['--inspect-port=0', '-e', 'console.log(); setInterval(() => {}, 1e6)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(plain.stdout as NodeJS.ReadableStream, 'data');
  plain.kill('SIGUSR1');
  await until('a plain process to open its debugger', () => listenersOf(plain.pid as number).length > 0);
}

function listenersOf(pid: number): number[] {
  return [...queuesHeldBy(pid).keys()];
}
