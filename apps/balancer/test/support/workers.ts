// Single workers of a balancer: their processes, their queues, and who comes after them.
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TestBalancer } from './balancer.ts';
import { currentStatus, statusOf } from './control-socket.ts';
import { queuesHeldBy } from './kernel-sockets.ts';
import { isGone } from './runtime-processes.ts';
import { until } from './wait.ts';

/** Where a worker finds the first listener: after its three standard streams and the channel to the primary. */
const FIRST_LISTENER = 4;

export async function workerPid(balancer: TestBalancer, index: number): Promise<number> {
  return (await statusOf(balancer)).workers[index]?.pid as number;
}

/** Waits until another process is ready in the place of a worker. */
export async function successor({ folder }: TestBalancer, index: number, dead: number): Promise<void> {
  await until(`worker ${index} to be replaced`, async () => {
    const worker = (await currentStatus(join(folder, 'runtime')))?.workers[index];
    return worker?.state === 'ready' && worker.pid !== dead;
  });
  expect(isGone(dead)).toBe(true);
}

/**
 * Waits until connections wait for a worker that stands still, or another one serves its listener as well, which it does when
 * the worker has been silent for a second.
 */
export async function clientsWaiting({ folder }: TestBalancer, pid: number, index: number): Promise<void> {
  await until('connections to wait for it', async () => {
    if (queueOfWorker(pid, index) >= 5) return true;
    const workers = (await currentStatus(join(folder, 'runtime')))?.workers ?? [];
    return workers.some(({ listeners }, other) => other !== index && listeners.includes(index));
  });
}

/** How many connections wait at the listener that a worker serves. */
export function queueOfWorker(pid: number, index: number): number {
  return queuesHeldBy(pid).get(FIRST_LISTENER + index) ?? 0;
}
