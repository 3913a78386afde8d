// Workers whose event loop hangs, or that are stopped: others take their clients over, and they are killed and replaced.
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from './support/balancer.ts';
import { reload } from './support/changed-config.ts';
import { clientAddress, clientSocket, whoServes } from './support/clients.ts';
import { currentStatus } from './support/control-socket.ts';
import { allGreeted, connectedClients } from './support/held-clients.ts';
import { pause } from './support/processes.ts';
import { isGone } from './support/runtime-processes.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';
import { successor, workerPid } from './support/workers.ts';

/** Middleware that loops for one client. */
const LOOPING = `
module.exports.run = (balancer) => {
  balancer.addMiddleware('connection', (socket, next) => {
    if (socket.clientAddress === '127.66.66.66') for (;;);
    next();
  });
};
`;

it('serves all others while middleware hangs for one client, replaces the worker, and names that client', async () => {
  const balancer = await start({ workerTimeout: 4_000, balancerControllerPath: 'c.cjs' }, { 'c.cjs': LOOPING });
  clientSocket(balancer.port, '127.66.66.66');
  await until('a worker to hang', () => silentWorker(balancer));
  await served(balancer);
  expect((await balancer.command('drain', (await targetsOf(balancer))[0] as string)).code).toBe(0);

  const killed = await until('it to be killed', () => balancer.log.find(({ silentMs }) => silentMs !== undefined));
  expect(killed).toMatchObject({ level: 'error', client: '127.66.66.66', silentMs: 4_000 });
  expect(killed.msg).toMatch(
    /^worker \d \(pid \d+\) has not responded for 4 s and is killed; it was asking the middleware of .*\/c\.cjs about client 127\.66\.66\.66$/,
  );
  await successor(balancer, killed.worker as number, killed.workerPid as number);
  await served(balancer);
});

it('has a sibling serve the clients of a stopped worker, and kills it by a workerTimeout that is reloaded', async () => {
  const balancer = await start({ workerTimeout: 0 });
  const pid = await workerPid(balancer, 0);
  await pause(pid);
  await served(balancer);
  await until('the other worker to serve both listeners', async () => {
    const workers = (await currentStatus(`${balancer.folder}/runtime`))?.workers;
    return workers?.[1]?.listeners.join() === '1,0';
  });
  await reload(balancer, { workerTimeout: 3_000 });
  await successor(balancer, 0, pid);
  await until('each worker to serve its own listener', async () => {
    return (await balancer.status()).workers.map(({ listeners }) => listeners.join()).join(' ') === '0 1';
  });
});

it('kills a worker that hangs while it drains', async () => {
  const balancer = await start({ workerTimeout: 3_000 });
  const held = await connectedClients(balancer.port, 20);
  await allGreeted(held);
  const pid = await workerPid(balancer, 0);
  await reload(balancer, { balancerCount: 1 });
  expect(isGone(pid)).toBe(false);
  // What ends it when the primary can't.
  if (existsSync('/proc/self/timers')) expect(kernelTimers(pid)).toMatch(/signal: 9\/.*\n.*\nClockID: 1\n/);
  await pause(pid);
  await until('it to be gone', () => isGone(pid));
  await served(balancer);
});

it('refuses clients at a stop, although a worker hangs that has the listeners still', async () => {
  const balancer = await start({ workerTimeout: 0, shutdownTimeout: 60_000 });
  const pid = await workerPid(balancer, 0);
  await pause(pid);
  process.kill(balancer.pid, 'SIGTERM');
  await until('the port to be closed', () =>
    whoServes(balancer.port, clientAddress(1)).then(
      () => false,
      ({ code }: NodeJS.ErrnoException) => code === 'ECONNREFUSED',
    ),
  );
  expect(isGone(pid)).toBe(false);
});

async function start(config: object = {}, files: Record<string, string> = {}): Promise<TestBalancer> {
  const targets = await Promise.all(['a', 'b'].map(echoTarget));
  return startBalancer({ targets: listed(targets), balancerCount: 2, ...config }, files);
}

/** Clients come whom the kernel gives to either worker, and all are served. */
async function served({ port }: TestBalancer): Promise<void> {
  const names = await Promise.all(Array.from({ length: 40 }, (_, n) => whoServes(port, clientAddress(n))));
  for (const name of names) expect(name).toMatch(/^[ab]$/);
}

async function silentWorker({ folder }: TestBalancer): Promise<boolean> {
  const status = await currentStatus(`${folder}/runtime`);
  return status?.workers.some(({ engine }) => engine === undefined) ?? false;
}

async function targetsOf({ folder }: TestBalancer): Promise<string[]> {
  return (await currentStatus(`${folder}/runtime`))?.targets.map(({ target }) => target) ?? [];
}

function kernelTimers(pid: number): string {
  return readFileSync(`/proc/${pid}/timers`, 'latin1');
}
