// `stop` while workers of a dead primary still serve its connections: it names them, and returns when they have ended, too.
import { expect, it } from 'vitest';
import { currentStatus } from './support/control-socket.ts';
import { allGreeted, connectedClients } from './support/held-clients.ts';
import { type Host, host, outcome } from './support/host.ts';
import { removeController, withController } from './support/lost-controller.ts';
import { lastingPort } from './support/ports.ts';
import { pause } from './support/processes.ts';
import { isGone, signal } from './support/runtime-processes.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

const engine = process.env.TEST_ENGINE ?? 'auto';
/** ms, longer than a test may take. */
const LONG = 50_000;

it('waits for workers of an earlier primary until their connections have ended', async () => {
  const { place, client, orphan } = await orphaned(LONG);
  await nextWorker(place, orphan);
  const stop = stopping(place);
  await until('the worker to be named', () =>
    stop
      .text()
      .includes(`waits up to 50 s for 1 worker of an earlier primary, which still serves connections (pid ${orphan})`),
  );
  await until('all but the supervisor, the worker and stop to be gone', () => place.processes().length === 3);
  await client.talk('still served');
  client.socket.end();
  expect(await stop.outcome).toMatchObject({ code: 0, stderr: '' });
  expect(stop.text()).toMatch(/Stopped balancer 0\n$/);
  expect(place.processes()).toEqual([]);
});

it('waits for them also while no primary can start', async () => {
  const { place, client, orphan } = await orphaned(LONG, 'cannot start');
  const stop = stopping(place);
  await until('the worker to be named', () =>
    stop.text().includes(`waits for 1 worker of an earlier primary, which still serves connections (pid ${orphan})`),
  );
  await client.talk('still served');
  const second = stopping(place);
  await until('a second stop to find it, too', () => second.text().includes(`(pid ${orphan})`));
  client.socket.end();
  for (const one of [stop, second]) {
    expect(await one.outcome).toMatchObject({ code: 0, stderr: '' });
    expect(one.text()).toMatch(/Stopped balancer 0\n$/);
  }
  expect(place.processes()).toEqual([]);
});

it('kills them when they hang and no primary can start', async () => {
  const { place, orphan } = await orphaned(100, 'cannot start', pause);
  const stop = stopping(place);
  expect(await stop.outcome).toMatchObject({ code: 0, stderr: '' });
  expect(stop.text()).toContain(`(pid ${orphan})`);
  expect(place.processes()).toEqual([]);
});

it('kills them when they hang, after shutdownTimeout', async () => {
  const { place, orphan } = await orphaned(100, undefined, pause);
  await nextWorker(place, orphan);
  const stop = stopping(place);
  expect(await stop.outcome).toMatchObject({ code: 0, stderr: '' });
  expect(stop.text()).toContain(`(pid ${orphan})`);
  expect(place.processes()).toEqual([]);
});

it('kills them when a second SIGTERM ends the other workers', async () => {
  const { place, client, orphan, supervisorPid } = await orphaned(LONG);
  // Else the first signal would end the primary.
  await pause(await nextWorker(place, orphan));
  signal(supervisorPid, 'SIGTERM');
  await until('the first signal', async () => (await place.log()).some(({ msg }) => msg.startsWith('SIGTERM')));
  await client.talk('still served');
  await until('all processes to be gone', () => {
    signal(supervisorPid, 'SIGTERM');
    return place.processes().length === 0;
  });
  await until('its connection to end', () => client.over);
});

/**
 * A balancer whose first primary is dead, and a worker of it that has a client.
 * @param config what its config file says by then @param before what happens to the worker before that
 */
async function orphaned(shutdownTimeout: number, next?: 'cannot start', before?: (worker: number) => Promise<void>) {
  const place = await host();
  const target = await echoTarget('a');
  const config = await withController(place, {
    sourcePort: await lastingPort(),
    sourceHost: '127.0.0.1',
    engine,
    balancerCount: 1,
    shutdownTimeout,
    targets: listed([target]),
  });
  const { pid, workers, supervisorPid, sourcePort } = await place.start(config);
  const orphan = workers[0]?.pid;
  const [client] = await connectedClients(sourcePort, 1);
  if (client === undefined || orphan === undefined || supervisorPid === undefined) throw new Error('nobody is there');
  await allGreeted([client]);
  if (next) await removeController(place);
  await before?.(orphan);
  signal(pid, 'SIGKILL');
  await until('the primary to be gone', () => isGone(pid));
  return { place, client, supervisorPid, orphan };
}

/** The pid of the next primary's worker, once it is ready. */
function nextWorker({ runtime }: Host, before: number): Promise<number> {
  return until('the next worker', async () => {
    const worker = (await currentStatus(runtime))?.workers[0];
    return worker?.state === 'ready' && worker.pid !== before && worker.pid;
  });
}

/** A `stop` that runs, and what it has printed so far. */
function stopping(place: Host) {
  let text = '';
  const child = place.spawn('stop');
  child.stdout?.on('data', (part) => {
    text += part;
  });
  return { text: () => text, outcome: outcome(child) };
}
