// Reloads of every kind under load, one after the other: no new connection fails, and no WebSocket that is open is closed.
// RELOADS=20 is the full size.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from './support/balancer.ts';
import { changeConfig, reload } from './support/changed-config.ts';
import { type HeldWebSocket, heldWebSocket } from './support/held-web-sockets.ts';
import { Load } from './support/load.ts';
import { scriptTarget } from './support/script-target.ts';
import { listed, type TestTarget } from './support/targets.ts';
import { eventually, until } from './support/wait.ts';

const RELOADS = Number(process.env.RELOADS ?? 5);
const CONTROLLER = 'controller.cjs';
/** New connections a second. */
const RATE = 300;
/** WebSockets that are opened before each reload, and stay. */
const STAYING = 10;
/** ms. Workers that were replaced stay as long as they have sessions. */
const SESSION_EXPIRY = 2000;
/** How many workers there are by turns. More than at the start share the listeners that there are. */
const COUNTS = [2, 3] as const;

it('closes nothing and turns nobody away', { timeout: 60_000 + RELOADS * 10_000 }, async () => {
  const targets = await Promise.all(['a', 'b', 'c'].map((name) => scriptTarget('web-socket', name)));
  const balancer = await startBalancer(
    {
      targets: listed(targets),
      balancerCount: COUNTS[0],
      balancerControllerPath: CONTROLLER,
      sessionExpiry: SESSION_EXPIRY,
    },
    { [CONTROLLER]: controller(0) },
  );
  const load = new Load({ port: balancer.port, rate: RATE, hello: 'hello\n' });
  const held: HeldWebSocket[] = [];
  const kinds = [changedTargets, changedTimeout, changedController, changedCount, brokenConfig];
  for (let n = 0; n < RELOADS; n += 1) {
    for (let more = 0; more < STAYING; more += 1) held.push(await heldWebSocket(balancer.port, 1000 + held.length));
    await load.goesOn(RATE / 3);
    await kinds[n % kinds.length]?.(balancer, Math.floor(n / kinds.length), targets);
    expect(held.filter(({ over }) => over !== undefined)).toEqual([]);
  }
  await load.goesOn(RATE);
  await load.end();
  expect(load.failed).toEqual([]);
  await Promise.all(held.map((socket, n) => socket.talk(`after the reloads ${n}`)));

  const { counters, workers } = await balancer.status();
  expect(counters.unserved).toBe(0);
  expect(workers.some(({ state }) => state === 'draining')).toBe(true);
  for (const socket of held) socket.close();
  await until('the replaced workers to leave', async () => {
    return (await balancer.status()).workers.every(({ state }) => state === 'ready');
  });
  // They are gone, but not what they had counted.
  expect((await balancer.status()).counters.accepted).toBe(load.conversations.length + held.length);
});

/** Takes a target out, or puts it back. */
async function changedTargets(balancer: TestBalancer, round: number, targets: readonly TestTarget[]): Promise<void> {
  const list = listed(targets.slice(0, round % 2 === 0 ? 2 : 3));
  const before = await balancer.status();
  expect(await reload(balancer, { targets: list })).toMatchObject({ changed: ['targets'], workersReplaced: 0 });
  const after = await balancer.status();
  expect(after.targets.map(({ target }) => target)).toEqual(list.map(({ host, port }) => `${host}:${port}`));
  expect(after.epoch).toBeGreaterThan(before.epoch);
}

async function changedTimeout(balancer: TestBalancer, round: number): Promise<void> {
  const answer = await reload(balancer, { connectTimeout: 4000 + round });
  expect(answer).toMatchObject({ changed: ['connectTimeout'], workersReplaced: 0 });
}

/** The config names the same file, in which something else stands. */
async function changedController(balancer: TestBalancer, round: number): Promise<void> {
  await writeFile(join(balancer.folder, CONTROLLER), controller(round + 1));
  const before = await readyPids(balancer);
  const answer = await reload(balancer, {});
  expect(answer).toMatchObject({ changed: [], workersReplaced: before.length });
  const after = await readyPids(balancer);
  expect(after.filter((pid) => before.includes(pid))).toEqual([]);
  await eventually(() => {
    expect(balancer.log.filter(({ msg }) => msg === `controller ${round + 1}`)).toHaveLength(before.length);
  });
}

async function changedCount(balancer: TestBalancer, round: number): Promise<void> {
  const balancerCount = COUNTS[(round + 1) % COUNTS.length];
  const answer = await reload(balancer, { balancerCount });
  expect(answer).toMatchObject({ changed: ['balancerCount'], workersReplaced: balancerCount });
  expect(await readyPids(balancer)).toHaveLength(balancerCount as number);
}

/** It changes nothing, and says why. */
async function brokenConfig(balancer: TestBalancer): Promise<void> {
  const { epoch } = await balancer.status();
  const before = await readyPids(balancer);
  await changeConfig(balancer, { sessionExpyri: 1000 });
  const { code, stderr } = await balancer.command('reload');
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('sessionExpyri') });
  expect(stderr).toContain('sessionExpiry');
  expect((await balancer.status()).epoch).toBe(epoch);
  expect(await readyPids(balancer)).toEqual(before);
  await changeConfig(balancer, { sessionExpyri: undefined });
}

async function readyPids(balancer: TestBalancer): Promise<(number | undefined)[]> {
  const { workers } = await balancer.status();
  return workers.filter(({ state }) => state === 'ready').map(({ pid }) => pid);
}

/** One that says which one it is. */
function controller(version: number): string {
  return `
    module.exports.run = () => {
      console.log(JSON.stringify({ msg: 'controller ${version}' }));
    };
  `;
}
