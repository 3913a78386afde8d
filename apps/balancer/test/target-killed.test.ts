// A target is killed: nobody but its own clients notices, and those find another one.
import { expect, it } from 'vitest';
import { startBalancer } from './support/balancer.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { type Conversation, Load } from './support/load.ts';
import { echoTarget, listed, type TestTarget } from './support/targets.ts';
import { until } from './support/wait.ts';

const NAMES = ['a', 'b', 'c', 'd'];

it('fails no new connection and moves no other client when a target is killed under load', async () => {
  const targets = await Promise.all(NAMES.map(echoTarget));
  const balancer = await startBalancer({ targets: listed(targets), balancerCount: 4 });
  const load = new Load({ port: balancer.port, rate: 200 });
  await load.goesOn(500);
  const asked = performance.now();
  await (targets[0] as TestTarget).kill();
  const gone = performance.now();
  await load.goesOn(800);
  const all = await load.end();

  // One that is open at the death may be served by another target.
  const before = targetsByClient(all.filter(({ begun, took }) => begun + took < asked));
  const after = targetsByClient(all.filter(({ begun }) => begun > gone));
  expect([...new Set([...before.values()].flat())].sort()).toEqual(NAMES);
  expect([...after.values()].flat()).not.toContain('a');
  for (const [client, names] of before) {
    expect(names, `the targets of ${client}`).toHaveLength(1);
    if (names[0] !== 'a') expect(after.get(client), `the targets of ${client} after the death`).toEqual(names);
    else expect(after.get(client), `the targets of ${client} after the death`).toHaveLength(1);
  }
  // A connection that had reached the target before its death ends with it; no other does.
  const cut = all.filter(({ failure }) => failure !== undefined);
  expect(cut.filter(({ client, begun }) => begun > gone || before.get(client)?.[0] !== 'a')).toEqual([]);
  expect((await balancer.status()).counters).toMatchObject({ accepted: all.length, unserved: 0 });
});

it('gives the clients of a dead target one other each, and leaves them there when it is back', async () => {
  const targets = await Promise.all(NAMES.map(echoTarget));
  const killed = targets[0] as TestTarget;
  const { port, log, status } = await startBalancer({
    targets: listed(targets),
    balancerCount: 4,
    targetDeactivationDuration: 500,
    sessionExpiry: 600_000,
  });
  const clients = Array.from({ length: 60 }, (_, n) => clientAddress(n));
  const homes = await whoServesEach(port, clients);
  expect([...new Set(homes.values())].sort()).toEqual(NAMES);

  await killed.kill();
  const refuges = await whoServesEach(port, clients);
  for (const [client, home] of homes) {
    if (home === 'a') expect(refuges.get(client), client).not.toBe('a');
    else expect(refuges.get(client), client).toBe(home);
  }
  // All workers agree on where they are, though each has seen but some of them come.
  const refugees = [...homes.values()].filter((home) => home === 'a').length;
  await until('all of them to be known everywhere', async () => {
    const { displacedSessions, workers } = await status();
    return [displacedSessions, ...workers.map((worker) => worker.displacedSessions)].every((n) => n === refugees);
  });
  expect(await whoServesEach(port, clients)).toEqual(refuges);

  let newcomers = clients.length;
  const newcomer = (): string => clientAddress(newcomers++);
  // While it is dead no new client tries it.
  const { passedOver } = (await status()).counters;
  for (let n = 0; n < 60; n += 1) expect(await whoServes(port, newcomer())).not.toBe('a');
  expect((await status()).counters.passedOver).toBe(passedOver);
  expect(log.filter(({ msg }) => msg.includes(`:${killed.port} is suspended`))).toHaveLength(1);

  // It comes back by itself: nobody connects meanwhile.
  await killed.start();
  await until('word of it', () => log.some(({ msg }) => msg.endsWith(`:${killed.port} is back`)));
  expect(await whoServesEach(port, clients)).toEqual(refuges);
  const others = await whoServesEach(
    port,
    Array.from({ length: 60 }, () => newcomer()),
  );
  expect([...new Set(others.values())].sort()).toEqual(NAMES);
});

async function whoServesEach(port: number, clients: readonly string[]): Promise<Map<string, string>> {
  return new Map(await Promise.all(clients.map(async (client) => [client, await whoServes(port, client)] as const)));
}

/** The targets that greeted each client, each once. */
function targetsByClient(conversations: readonly Conversation[]): Map<string, string[]> {
  const targets = new Map<string, string[]>();
  for (const { client, target } of conversations) {
    const known = targets.get(client) ?? [];
    if (target !== undefined && !known.includes(target)) known.push(target);
    targets.set(client, known);
  }
  return targets;
}
