// A worker or the primary is killed, and then the targets change: who was where is known to nobody any more, and all stay where they were.
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from '../support/balancer.ts';
import { reload } from '../support/changed-config.ts';
import { clientAddress, whoServes } from '../support/clients.ts';
import { sessionOf } from '../support/control-socket.ts';
import { allGreeted, connectedClients } from '../support/held-clients.ts';
import { host } from '../support/host.ts';
import { nextPrimary } from '../support/next-primary.ts';
import { lastingPort } from '../support/ports.ts';
import { signal } from '../support/runtime-processes.ts';
import { echoTarget, listed, type TestTarget } from '../support/targets.ts';
import { until } from '../support/wait.ts';
import { successor, workerPid } from '../support/workers.ts';

/** ms, longer than any test. */
const HOUR = 3_600_000;
const IDLE = Array.from({ length: 60 }, (_, n) => clientAddress(n));
const LIVE = Array.from({ length: 40 }, (_, n) => clientAddress(500 + n));

it('moves no client, with a connection or without, when a target is added, one has another weight and one is drained', async () => {
  const targets = await Promise.all(['a', 'b', 'c'].map(echoTarget));
  const balancer = await startBalancer({ targets: listed(targets), balancerCount: 2, sessionExpiry: HOUR });
  const idle = await whoServesAll(balancer, IDLE);
  const held = await connectedClients(balancer.port, LIVE.length, 500);
  await allGreeted(held);
  const live = held.map(({ target }) => target);

  for (const index of [0, 1]) {
    const pid = await workerPid(balancer, index);
    process.kill(pid, 'SIGKILL');
    await successor(balancer, index, pid);
  }
  const [a, b, c] = listed(targets);
  await reload(balancer, { targets: [{ ...a, weight: 5 }, b, c, ...listed([await echoTarget('d')])] });
  expect(await earlierHomes(balancer)).toBeGreaterThan(0);
  expect(await whoServesAll(balancer, IDLE.slice(0, 30))).toEqual(idle.slice(0, 30));
  await balancer.command('drain', `${b?.host}:${b?.port}`);
  expect(await whoServesAll(balancer, IDLE)).toEqual(idle);
  expect(await whoServesAll(balancer, LIVE)).toEqual(live);
  expect(await earlierHomes(balancer)).toBe(0);
});

it('serves those whose target fails, though they were at home at another one before, which drains now', async () => {
  const targets = await Promise.all(['a', 'b', 'c'].map(echoTarget));
  const [a, b] = targets as [TestTarget, TestTarget, TestTarget];
  const balancer = await startBalancer({ targets: listed(targets), balancerCount: 2, sessionExpiry: HOUR });
  const homes = await whoServesAll(balancer, IDLE);
  await a.kill();
  const places = await whoServesAll(balancer, IDLE);
  const moved = IDLE.filter((_, n) => homes[n] === 'a' && places[n] === 'b');
  expect(moved.length).toBeGreaterThan(0);
  await a.start();
  await until('a to be back', () =>
    balancer.log.some(({ msg }) => msg.startsWith(`target ${a.host}:${a.port} is back`)),
  );
  const pid = await workerPid(balancer, 0);
  process.kill(pid, 'SIGKILL');
  await successor(balancer, 0, pid);
  await balancer.command('drain', `${a.host}:${a.port}`);
  expect(await whoServesAll(balancer, moved)).toEqual(moved.map(() => 'b'));

  await b.kill();
  expect(await whoServesAll(balancer, moved)).toEqual(moved.map(() => 'c'));
});

it('moves no client, with a connection or without, when the primary is killed and a target is added and one drained', async () => {
  const targets = listed(await Promise.all(['a', 'b', 'c'].map(echoTarget)));
  const place = await host();
  const config = {
    sourcePort: await lastingPort(),
    sourceHost: '127.0.0.1',
    engine: process.env.TEST_ENGINE ?? 'auto',
    balancerCount: 2,
    sessionExpiry: HOUR,
    shutdownTimeout: HOUR,
    targets,
  };
  const { pid, sourcePort: port } = await place.start(config);
  const idle = await whoServesAll({ port }, IDLE);
  const held = await connectedClients(port, LIVE.length, 500);
  await allGreeted(held);
  const live = held.map(({ target }) => target);

  signal(pid, 'SIGKILL');
  await nextPrimary(place, pid);
  await place.write('config.json', { ...config, targets: [...targets, ...listed([await echoTarget('d')])] });
  expect(await place.command('reload')).toMatchObject({ code: 0 });
  expect(await whoServesAll({ port }, IDLE.slice(0, 30))).toEqual(idle.slice(0, 30));
  expect(await place.command('drain', `${targets[1]?.host}:${targets[1]?.port}`)).toMatchObject({ code: 0 });
  expect(await whoServesAll({ port }, IDLE)).toEqual(idle);
  expect(await whoServesAll({ port }, LIVE)).toEqual(live);
});

function whoServesAll({ port }: Pick<TestBalancer, 'port'>, clients: readonly string[]): Promise<string[]> {
  return Promise.all(clients.map((client) => whoServes(port, client)));
}

/** How many of some idle clients go where they were at home before, as the balancer says. */
async function earlierHomes(balancer: TestBalancer): Promise<number> {
  const answers = await Promise.all(IDLE.slice(-12).map((client) => sessionOf(balancer, client)));
  return answers.filter((answer) => answer?.reason === 'earlier home').length;
}
