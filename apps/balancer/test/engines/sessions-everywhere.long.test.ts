// Many clients come and go through all workers while targets die and return and the list of targets changes: each client is on
// one target, and none is turned away. FLEET_SECONDS=60 is the full size; FLEET_SEED repeats a run's choices.
import { expect, it, onTestFailed } from 'vitest';
import { startBalancer, type TestBalancer } from '../support/balancer.ts';
import { Chance } from '../support/chance.ts';
import { reload } from '../support/changed-config.ts';
import { Fleet } from '../support/fleet.ts';
import { findFaults, type Outage } from '../support/fleet-checker.ts';
import { echoTarget, listed, type TestTarget } from '../support/targets.ts';
import { until } from '../support/wait.ts';

const SECONDS = Number(process.env.FLEET_SECONDS ?? 10);
const SEED = process.env.FLEET_SEED === undefined ? undefined : Number(process.env.FLEET_SEED);
const CLIENTS = 300;
const SESSION_EXPIRY = 5000;
/** ms that a message between processes may take. */
const TOLERANCE = 50;
/** ms that a target may take to come back: a new client of its own must reach the very worker that may try it. */
const COMEBACK = 60_000;

it('keeps each client on one target while targets die, return, come and go', {
  timeout: 2 * COMEBACK + SECONDS * 1000,
}, async () => {
  const chance = new Chance(SEED);
  onTestFailed(() => console.error(`FLEET_SEED=${chance.seed} FLEET_SECONDS=${SECONDS} makes the same choices again`));
  const targets = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(echoTarget));
  const newcomer = await echoTarget('f');
  const balancer = await startBalancer({
    targets: listed(targets),
    balancerCount: 4,
    targetDeactivationDuration: 500,
    sessionExpiry: SESSION_EXPIRY,
  });
  const fleet = new Fleet({ port: balancer.port, clients: CLIENTS, sessionExpiry: SESSION_EXPIRY, chance });
  const outages: Outage[] = [];
  const begun = Date.now();
  const passed = () => (Date.now() - begun) / (SECONDS * 1000);
  await fleet.goesOn(CLIENTS);

  let list: readonly TestTarget[] = targets;
  let changes = 0;
  while (passed() < 1 || changes < 2) {
    const killed = chance.pick(list);
    const changeList = async (): Promise<void> => {
      if (changes === 0 && passed() > 0.25) {
        list = [...list, newcomer];
        await reload(balancer, { targets: listed(list) });
        changes += 1;
      } else if (changes === 1 && passed() > 0.6) {
        const removed = chance.pick(list.filter((target) => target !== killed));
        list = list.filter((target) => target !== removed);
        outages.push({ target: removed.name, from: Date.now(), to: Infinity });
        await reload(balancer, { targets: listed(list) });
        changes += 1;
      }
    };
    // Sometimes while all targets are up, sometimes while one is dead or still suspended.
    const when = chance.pick(['before', 'dead', 'suspended']);
    if (when === 'before') await changeList();
    const from = Date.now();
    await killed.kill();
    const gone = Date.now();
    await until('the dead target to be suspended', () => said(balancer, killed, 'is suspended', from));
    await fleet.goesOn(chance.between(0, 100));
    if (when === 'dead') await changeList();
    await killed.start();
    if (when === 'suspended') await changeList();
    const to = await until('the target to be back', () => said(balancer, killed, 'is back', from), COMEBACK);
    outages.push({ target: killed.name, from, killed: gone, to });
    await fleet.goesOn(chance.between(0, 200));
  }
  const connections = await fleet.end();

  expect(findFaults(connections, outages, { sessionExpiry: SESSION_EXPIRY, tolerance: TOLERANCE })).toEqual([]);
  expect(new Set(connections.map(({ client }) => client)).size).toBe(CLIENTS);
  expect([...new Set(connections.map(({ target }) => target))]).toEqual(
    expect.arrayContaining(['a', 'b', 'c', 'd', 'e', 'f']),
  );
  expect((await balancer.status()).counters.unserved).toBe(0);
  await until('all sessions to be forgotten everywhere', async () => {
    const { sessions, displacedSessions, workers } = await balancer.status();
    return [sessions, displacedSessions, ...workers.map((worker) => worker.displacedSessions)].every((count) => !count);
  });
});

/** When the log said something of a target last, if that was since then. In ms. */
function said({ log }: TestBalancer, target: TestTarget, what: string, since: number): number | undefined {
  const line = log.findLast(({ msg }) => msg.startsWith(`target ${target.host}:${target.port} ${what}`));
  const time = Date.parse(String(line?.time));
  return time >= since ? time : undefined;
}
