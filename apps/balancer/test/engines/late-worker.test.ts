// Workers whose primary died and that do not know where clients are: they leave new clients to the next primary's workers.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allGreeted, connectedClients } from '../support/held-clients.ts';
import { host } from '../support/host.ts';
import { queuesHeldBy } from '../support/kernel-sockets.ts';
import { nextPrimary } from '../support/next-primary.ts';
import { lastingPort } from '../support/ports.ts';
import { pause } from '../support/processes.ts';
import { signal } from '../support/runtime-processes.ts';
import { echoTarget, listed, type TestTarget } from '../support/targets.ts';
import { until } from '../support/wait.ts';

const CLIENTS = 60;

it('leaves the queues to the next workers where it has stood still: they know what has changed since', async () => {
  const place = await host();
  const targets = await Promise.all(['a', 'b'].map(echoTarget));
  const { pid, workers } = await place.start(await config(targets));
  const late = workers[0]?.pid as number;
  await pause(late);
  signal(pid, 'SIGKILL');
  const next = await nextPrimary(place, pid);
  expect(await place.command('disable', `127.0.0.1:${targets[0]?.port}`)).toMatchObject({ code: 0 });

  for (const worker of next.workers) await pause(worker.pid as number);
  const clients = await connectedClients(next.sourcePort, CLIENTS);
  signal(late, 'SIGCONT');
  await until('the late worker to close its listeners', () => isClosed(late));
  // It may have accepted one connection by the time that it noticed.
  const served = clients.filter(({ target }) => target !== undefined);
  expect(served.length).toBeLessThanOrEqual(1);

  for (const worker of next.workers) signal(worker.pid as number, 'SIGCONT');
  await allGreeted(clients);
  expect(clients.filter(({ target }) => target === 'b').length).toBeGreaterThanOrEqual(CLIENTS - 1);
});

it('leaves the queues to the next workers where it was ready and had not been told to serve', async () => {
  const place = await host();
  const targets = await Promise.all(['a', 'b'].map(echoTarget));
  await place.write('controller.cjs', HOLDS_PRIMARY);
  const options = { ...(await config(targets)), balancerControllerPath: 'controller.cjs' };
  const { pid, sourcePort, workers } = await place.start(options);
  expect(await place.command('disable', `127.0.0.1:${targets[0]?.port}`)).toMatchObject({ code: 0 });
  await place.write('hold', '');
  signal(pid, 'SIGKILL');
  const primaries = await until('the next workers to be ready', () => {
    const pids = lines(join(place.folder, 'ready'));
    return pids.length === 2 && pids;
  });
  const first = workers.map((worker) => worker.pid as number);
  await until('the first workers to close their listeners', () => first.every(isClosed));

  const clients = await connectedClients(sourcePort, CLIENTS);
  rmSync(join(place.folder, 'hold'));
  signal(Number(primaries[0]), 'SIGKILL');
  await allGreeted(clients);
  expect(clients.filter(({ target }) => target === 'b')).toHaveLength(CLIENTS);
});

/** While there is a file `hold`, a worker stops its primary before it is ready, and adds a line to `ready` once it is. */
const HOLDS_PRIMARY = `
  const { appendFileSync, existsSync } = require('node:fs');
  const { join } = require('node:path');
  exports.run = () => {
    const primary = process.ppid;
    if (!existsSync(join(__dirname, 'hold'))) return;
    process.kill(primary, 'SIGSTOP');
    setImmediate(() => setImmediate(() => appendFileSync(join(__dirname, 'ready'), primary + '\\n')));
  };
`;

async function config(targets: readonly TestTarget[]) {
  return {
    sourcePort: await lastingPort(),
    sourceHost: '127.0.0.1',
    engine: process.env.TEST_ENGINE ?? 'auto',
    balancerCount: 2,
    shutdownTimeout: 60_000,
    workerTimeout: 60_000,
    targets: listed(targets),
  };
}

function lines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  } catch {
    return []; // it is not there yet
  }
}

function isClosed(pid: number): boolean {
  try {
    return queuesHeldBy(pid).size === 0;
  } catch {
    return true; // it has ended
  }
}
