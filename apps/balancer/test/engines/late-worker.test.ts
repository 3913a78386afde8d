// A worker that stood still while its primary died and another one took over: what it knows is old, so it leaves new clients to others.
import { expect, it } from 'vitest';
import { allGreeted, connectedClients } from '../support/held-clients.ts';
import { host } from '../support/host.ts';
import { queuesHeldBy } from '../support/kernel-sockets.ts';
import { nextPrimary } from '../support/next-primary.ts';
import { lastingPort } from '../support/ports.ts';
import { pause } from '../support/processes.ts';
import { signal } from '../support/runtime-processes.ts';
import { echoTarget, listed } from '../support/targets.ts';
import { until } from '../support/wait.ts';

const CLIENTS = 60;

it('leaves the queues to the next workers, which know what has changed since', async () => {
  const place = await host();
  const targets = await Promise.all(['a', 'b'].map(echoTarget));
  const { pid, workers } = await place.start({
    sourcePort: await lastingPort(),
    sourceHost: '127.0.0.1',
    engine: process.env.TEST_ENGINE ?? 'auto',
    balancerCount: 2,
    shutdownTimeout: 60_000,
    workerTimeout: 60_000,
    targets: listed(targets),
  });
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

function isClosed(pid: number): boolean {
  try {
    return queuesHeldBy(pid).size === 0;
  } catch {
    return true; // it has ended
  }
}
