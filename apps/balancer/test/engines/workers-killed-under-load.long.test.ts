// Workers are killed one after the other for a while, under load: no connection is refused or reset but those that a dead
// worker had accepted. KILL_SECONDS=30 is the full size; KILL_SEED repeats a run's choices.
import { expect, it, onTestFailed } from 'vitest';
import { startBalancer } from '../support/balancer.ts';
import { Chance } from '../support/chance.ts';
import { statusOf } from '../support/control-socket.ts';
import { allGreeted, connectedClients, type HeldClient } from '../support/held-clients.ts';
import { clientsHeldBy } from '../support/kernel-sockets.ts';
import { Load } from '../support/load.ts';
import { pause } from '../support/processes.ts';
import { echoTarget, listed } from '../support/targets.ts';
import { until } from '../support/wait.ts';
import { clientsWaiting, queueOfWorker, successor, workerPid } from '../support/workers.ts';

const SECONDS = Number(process.env.KILL_SECONDS ?? 6);
const SEED = process.env.KILL_SEED === undefined ? undefined : Number(process.env.KILL_SEED);
const WORKERS = 4;
/** New connections a second. */
const RATE = 300;
/** s between two deaths, counted in connections. */
const PERIOD = 2;
/** Clients that come before each death, and stay. */
const STAYING = 12;

it('loses only what the dead had accepted when worker after worker is killed', {
  timeout: 60_000 + SECONDS * 5000,
}, async () => {
  const chance = new Chance(SEED);
  onTestFailed(() => console.error(`KILL_SEED=${chance.seed} KILL_SECONDS=${SECONDS} makes the same choices again`));
  const targets = await Promise.all(['a', 'b'].map(echoTarget));
  const balancer = await startBalancer({ targets: listed(targets), balancerCount: WORKERS });
  const load = new Load({ port: balancer.port, rate: RATE });
  const held: HeldClient[] = [];
  const accepted = new Set<string>();
  const indices = Array.from({ length: WORKERS }, (_, index) => index);
  let queued = 0;

  for (let death = 0; death < SECONDS / PERIOD; death += 1) {
    const coming = await connectedClients(balancer.port, STAYING, 1000 + held.length);
    await allGreeted(coming);
    held.push(...coming);
    await load.goesOn(RATE * PERIOD);
    const index = chance.pick(indices);
    const pid = await workerPid(balancer, index);
    await pause(pid);
    await clientsWaiting(balancer, pid, index);
    queued += queueOfWorker(pid, index);
    for (const client of clientsHeldBy(pid, balancer.port)) accepted.add(client);
    process.kill(pid, 'SIGKILL');
    await successor(balancer, index, pid);
  }
  await load.goesOn(RATE);
  await load.end();

  expect(load.failed.filter(({ end = 'not connected' }) => !accepted.has(end))).toEqual([]);
  expect(queued).toBeGreaterThan(0);
  const [lost, kept] = [held.filter(({ end }) => accepted.has(end)), held.filter(({ end }) => !accepted.has(end))];
  await until('the connections of dead workers to end', () => lost.every(({ over }) => over !== undefined));
  await Promise.all(kept.map((client, n) => client.talk(`after the deaths ${n}`)));
  expect(kept.length).toBeGreaterThan(0);
  expect((await statusOf(balancer)).workers.map(({ listeners }) => listeners)).toEqual(indices.map((index) => [index]));
});
