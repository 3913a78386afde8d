// Mixed load with faults for a while: nothing may grow. What it does to good clients is printed. SOAK_SECONDS=600
// (`npm run soak`) is the full size; what memory does shows only then.
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from '../support/balancer.ts';
import { clientAddress, clientSocket, whoServes } from '../support/clients.ts';
import { allGreeted, connectedClients } from '../support/held-clients.ts';
import { type Conversation, Load } from '../support/load.ts';
import { memoryOf } from '../support/memory.ts';
import { echoTarget, listed } from '../support/targets.ts';
import { eventually, until } from '../support/wait.ts';

const SECONDS = Number(process.env.SOAK_SECONDS ?? 8);
/** Long enough that the heap has found its size. */
const IS_WHOLE = SECONDS >= 300;
/** Bytes that all workers together may have more at the end than in the second minute: a heap that has not been collected. */
const NOISE = 30e6;
/** The first client address that is none of the load's. */
const OTHERS = 2_000;
/** How many conversations show how long they take when nothing else goes on. */
const QUIET = 600;
const NEWCOMERS = 10_000;

it('holds no more at the end than at the beginning', { timeout: SECONDS * 1_000 + 120_000 }, async () => {
  const targets = await Promise.all(['a', 'b', 'c', 'd'].map(echoTarget));
  const balancer = await startBalancer({
    targets: listed(targets),
    balancerCount: 2,
    targetDeactivationDuration: 500,
    sessionExpiry: 1_000,
    halfCloseTimeout: 1_000,
    maxConnectionsPerClient: 100,
  });
  await whole(balancer);
  const before = await descriptorsOf(balancer);
  const good = { port: balancer.port, rate: 200, clients: 50 };
  const quiet = new Load(good);
  await quiet.goesOn(QUIET);
  const quietly = p99(await quiet.end());
  const underFaults: Conversation[] = [];
  const began = performance.now();
  const memory: number[] = [];
  for (let round = 0; performance.now() - began < SECONDS * 1_000; round += 1) {
    const load = new Load(good);
    const held = await connectedClients(balancer.port, 50, OTHERS + (round % 50) * 50);
    await allGreeted(held);
    const target = targets[round % targets.length];
    await target?.kill();
    for (let n = 0; n < 100; n += 1) unruly(balancer, n);
    await load.goesOn(300);
    await target?.start();
    underFaults.push(...(await load.end()));
    for (const { socket } of held) socket.destroy();
    memory.push(await memoryOf(balancer));
    if (!IS_WHOLE) continue;
    console.log(`${((performance.now() - began) / 1_000).toFixed(0)} s: ${((memory.at(-1) ?? 0) / 1e6).toFixed(1)} MB`);
  }
  const then = p99(underFaults);
  console.log(
    `good clients' p99: ${quietly.toFixed(1)} ms quietly, ${then.toFixed(1)} ms under faults, ${(then / quietly).toFixed(1)} times`,
  );
  await whole(balancer);
  await eventually(async () => expect(await descriptorsOf(balancer)).toEqual(before));
  if (!IS_WHOLE) return;
  const second = memory[Math.floor((memory.length * 2) / (SECONDS / 60))] as number;
  expect((memory.at(-1) as number) - second).toBeLessThan(NOISE);
});

/**
 * ms within which 99 of 100 conversations that went well were over: connected, greeted, and answered. What this process does
 * besides is in it, too.
 */
function p99(conversations: readonly Conversation[]): number {
  const times = conversations.filter(({ failure }) => failure === undefined).map(({ took }) => took);
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] as number;
}

/** A client that ends in one of several bad ways. */
function unruly(balancer: TestBalancer, n: number): void {
  const socket = clientSocket(balancer.port, clientAddress(OTHERS + 3_000 + n));
  const reset = (): void => void socket.resetAndDestroy();
  if (n % 4 === 0) socket.once('connect', reset);
  else if (n % 4 === 1) socket.once('data', reset);
  else if (n % 4 === 2) socket.once('connect', () => socket.end('half'));
  else socket.once('connect', () => socket.write('x'.repeat(100_000), reset));
}

/** Waits until nobody is connected and all targets are back. */
async function whole(balancer: TestBalancer): Promise<void> {
  let n = 0;
  await until('all connections to be over and all targets to be back', async () => {
    // A target that was down is tried by a new client of its own.
    for (let more = 0; more < 10; more += 1) await whoServes(balancer.port, clientAddress(NEWCOMERS + n++));
    const { connections, targets } = await balancer.status();
    return connections === 0 && targets.every(({ state }) => state === 'available');
  });
}

/** How many descriptors each worker has open. */
async function descriptorsOf(balancer: TestBalancer): Promise<number[]> {
  const { workers } = await balancer.status();
  return workers.map(({ pid }) => readdirSync(`/proc/${pid}/fd`).length);
}
