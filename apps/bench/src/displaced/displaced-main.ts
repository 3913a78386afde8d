// What a failed target costs whose clients are many: how soon all workers agree on where they have gone, what a displaced session
// weighs in each process, and how long the workers' event loops stand still. Sockets are left out: a machine has not so many.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { clientKey, DEFAULT_HASH_KEY, firstChoice, hashText } from '@lb/core';
import { targetId } from '@lb/core/internal';
import { Primary, resolveOptions } from '@lb/net';
import type { Answer, Order } from './orders.ts';

const SESSIONS = Number(process.env.SESSIONS ?? 100_000);
const WORKERS = Number(process.env.WORKERS ?? 4);
/** ms after which it is given up. */
const PATIENCE = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'lb-displaced-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.env.DISPLACED_ORDERS = join(folder, 'orders.sock');
process.env.NODE_OPTIONS = '--expose-gc';

const workers: Socket[] = [];
const server = createServer((socket) => workers.push(socket)).listen(process.env.DISPLACED_ORDERS);
const targets = Array.from({ length: 4 }, (_, n) => ({ host: '127.0.0.1', port: 10_001 + n }));
const failing = targets[0] as (typeof targets)[number];
const { options } = resolveOptions({
  sourcePort: 0,
  sourceHost: '127.0.0.1',
  balancerCount: WORKERS,
  engine: 'streams',
  targets,
  sessionExpiry: 3_600_000,
});
const log = { info() {}, warn() {}, error: (_details: object, message: string) => console.error(message) };
const workerModule = fileURLToPath(new URL('./worker.js', import.meta.url));
const primary = await Primary.open({ options, workerModule, log });

try {
  await primary.serve();
  await until('the workers to come', () => workers.length === WORKERS);
  await measure();
} finally {
  await primary.stop(0);
  server.close();
  for (const socket of workers) socket.destroy();
}

async function measure(): Promise<void> {
  const shares = workers.map((_, n) => clientsOfTarget().filter((_client, at) => at % WORKERS === n));
  await tellEach((n) => ({ order: 'connect', clients: shares[n] ?? [] }));
  await until('all sessions', async () => (await primary.status()).sessions === SESSIONS);
  await tellEach(() => ({ order: 'close' }));
  const before = await weigh();

  await tellEach(() => ({ order: 'refuse', port: failing.port }));
  await tellEach(() => ({ order: 'watch' }));
  const began = performance.now();
  await tellEach((n) => ({ order: 'connect', clients: shares[n] ?? [] }));
  const reconnected = performance.now() - began;
  await until('all workers to agree', async () => {
    const status = await primary.status();
    return status.workers.every(({ displacedSessions }) => displacedSessions === SESSIONS);
  });
  const agreed = performance.now() - began;
  const stoodStill = (await tellEach(() => ({ order: 'watched' }))).map(({ worstMs = 0 }) => worstMs);
  await tellEach(() => ({ order: 'close' }));
  const after = await weigh();

  const grown = after.map((bytes, n) => (bytes - (before[n] ?? 0)) / SESSIONS);
  console.log(`${SESSIONS} clients of a target that fails, ${WORKERS} workers:`);
  console.log(
    `  all have connected again after ${reconnected.toFixed(0)} ms, and all workers agree after ${agreed.toFixed(0)} ms`,
  );
  console.log(
    `  bytes a displaced session: ${grown.map((bytes) => bytes.toFixed(0)).join(', ')} (the last is the primary)`,
  );
  console.log(`  longest standstill of a worker's loop: ${stoodStill.map((ms) => ms.toFixed(0)).join(', ')} ms`);
}

/** Clients whose home is the target that is to fail. */
function clientsOfTarget(): string[] {
  const ranked = targets.map((target) => {
    const id = targetId(target);
    return { id, weight: 1, hash: hashText(DEFAULT_HASH_KEY, id) };
  });
  const clients: string[] = [];
  for (let n = 0; clients.length < SESSIONS; n += 1) {
    const address = `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
    const home = firstChoice(hashText(DEFAULT_HASH_KEY, clientKey(address)), ranked, () => true);
    if (home?.id === targetId(failing)) clients.push(address);
  }
  return clients;
}

/** The heap in use in each worker, and last in this process. */
async function weigh(): Promise<number[]> {
  const answers = await tellEach(() => ({ order: 'weigh' }));
  for (let round = 0; round < 3; round += 1) globalThis.gc?.();
  return [...answers.map(({ heapBytes = 0 }) => heapBytes), process.memoryUsage().heapUsed];
}

function tellEach(order: (worker: number) => Order): Promise<Answer[]> {
  return Promise.all(
    workers.map(async (socket, n) => {
      const lines = createInterface({ input: socket });
      socket.write(`${JSON.stringify(order(n))}\n`);
      const answer = await new Promise<Answer>((resolve) => lines.once('line', (line) => resolve(JSON.parse(line))));
      lines.close();
      socket.resume();
      return answer;
    }),
  );
}

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${PATIENCE} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
