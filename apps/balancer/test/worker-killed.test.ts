// Workers are killed: only the connections that they had accepted end, and clients are served all the while.
import { execFileSync, spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from './support/balancer.ts';
import { statusOf } from './support/control-socket.ts';
import { allGreeted, connectedClients } from './support/held-clients.ts';
import { clientsHeldBy } from './support/kernel-sockets.ts';
import { Load } from './support/load.ts';
import { pause } from './support/processes.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';
import { clientsWaiting, queueOfWorker, successor, workerPid } from './support/workers.ts';

const WORKERS = 4;
const CAN_LIMIT = spawnSync('prlimit', ['--version'], { stdio: 'ignore' }).status === 0;

it('serves all who wait in the queue of a worker that is killed', async () => {
  const balancer = await start({ workerTimeout: 0 });
  const pids = (await statusOf(balancer)).workers.map((worker) => worker.pid as number);
  const pid = pids[1] as number;
  // All of them: else another one would take the clients of the one that is silent.
  await Promise.all(pids.map(pause));
  const clients = await connectedClients(balancer.port, 100);
  expect(queueOfWorker(pid, 1)).toBeGreaterThan(0);

  process.kill(pid, 'SIGKILL');
  for (const other of pids) if (other !== pid) process.kill(other, 'SIGCONT');
  await allGreeted(clients);
  await Promise.all(clients.map((client, n) => client.talk(`after the death ${n}`)));
  await successor(balancer, 1, pid);
  expect((await statusOf(balancer)).counters.unserved).toBe(0);
});

it('loses under load only what killed workers had accepted', async () => {
  const balancer = await start();
  const held = await connectedClients(balancer.port, 60, 1000);
  await allGreeted(held);
  const load = new Load({ port: balancer.port, rate: 250 });
  const accepted = new Set<string>();
  for (const index of [0, 1, 2]) {
    await load.goesOn(100);
    const pid = await workerPid(balancer, index);
    await pause(pid);
    await clientsWaiting(balancer, pid, index);
    for (const client of clientsHeldBy(pid, balancer.port)) accepted.add(client);
    process.kill(pid, 'SIGKILL');
    await successor(balancer, index, pid);
  }
  await load.goesOn(200);
  await load.end();
  expect(load.failed.filter(({ end = 'not connected' }) => !accepted.has(end))).toEqual([]);
  const [lost, kept] = [held.filter(({ end }) => accepted.has(end)), held.filter(({ end }) => !accepted.has(end))];
  await until('the connections of dead workers to end', () => lost.every(({ over }) => over !== undefined));
  await Promise.all(kept.map((client, n) => client.talk(`after the deaths ${n}`)));
});

it('goes on while a worker dies at each start, and has it back when it no longer does', async () => {
  const controller = `
    const { existsSync } = require('node:fs');
    const { join } = require('node:path');
    module.exports.run = () => {
      if (process.title === 'loadbalancer: worker 2' && existsSync(join(__dirname, 'crash'))) process.exit(3);
    };
  `;
  const balancer = await start({ balancerControllerPath: 'controller.cjs' }, { 'controller.cjs': controller });
  const crash = join(balancer.folder, 'crash');
  const load = new Load({ port: balancer.port, rate: 200 });
  await load.goesOn(100);

  await writeFile(crash, '');
  const pid = await workerPid(balancer, 2);
  await pause(pid);
  await clientsWaiting(balancer, pid, 2);
  const accepted = clientsHeldBy(pid, balancer.port);
  process.kill(pid, 'SIGKILL');
  const deaths = await until('five deaths of a worker', () => {
    const lines = balancer.log.filter(({ worker, pauseMs }) => worker === 2 && pauseMs !== undefined);
    return lines.length >= 5 && lines;
  });
  expect(deaths.map(({ pauseMs }) => pauseMs).slice(0, 5)).toEqual([0, 100, 200, 400, 800]);
  expect(deaths[0]?.msg).toBe('worker 2 died (signal SIGKILL) and is replaced at once');
  expect(deaths[1]?.msg).toBe('worker 2 died before it was ready (exit code 3) and is replaced in 100 ms');
  const { workers } = await statusOf(balancer);
  expect(workers[2]?.listeners).toEqual([]);
  expect(workers.flatMap(({ listeners }) => listeners).sort()).toEqual([0, 1, 2, 3]);
  await load.goesOn(200);

  await rm(crash);
  await successor(balancer, 2, pid);
  await load.goesOn(100);
  await load.end();
  expect(load.failed.filter(({ end = 'not connected' }) => !accepted.has(end))).toEqual([]);
  expect((await statusOf(balancer)).workers.map(({ listeners }) => listeners)).toEqual([[0], [1], [2], [3]]);
});

it.runIf(CAN_LIMIT)('replaces a worker once the system has a process to give again (needs prlimit)', async () => {
  const balancer = await start({ balancerCount: 2 });
  const pid = await workerPid(balancer, 0);
  limitFiles(balancer.pid, '10:');
  process.kill(pid, 'SIGKILL');
  await until('attempts in vain', () => {
    return balancer.log.filter(({ reason }) => String(reason).endsWith('EMFILE')).length >= 2;
  });
  limitFiles(balancer.pid, '1024:');
  await successor(balancer, 0, pid);
  expect(await balancer.stop()).toBe(0);
});

async function start(config: object = {}, files: Record<string, string> = {}): Promise<TestBalancer> {
  const targets = await Promise.all(['a', 'b'].map(echoTarget));
  return startBalancer({ targets: listed(targets), balancerCount: WORKERS, ...config }, files);
}

/** Changes how many files a process may have open. */
function limitFiles(pid: number, limits: string): void {
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${limits}`]);
}
