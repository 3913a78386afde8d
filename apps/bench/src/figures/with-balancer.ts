// One balancer, started for one measurement and stopped after it.

import type { Balancer, Running } from '../balancers/balancer.ts';
import type { Address } from '../machine/addresses.ts';
import { cpuTime } from '../machine/process-tree.ts';
import type { World } from './figure.ts';

export async function withBalancer<T>(
  world: World,
  balancer: Balancer,
  targets: readonly Address[],
  work: (running: Running) => Promise<T>,
): Promise<T> {
  const running = await balancer.start({ folder: await world.folder(), workers: world.workers, targets });
  try {
    const result = await work(running);
    running.check();
    return result;
  } finally {
    await running.stop();
  }
}

/** CPU time of the balancer for each unit of the work, in microseconds. `work` says how many there were. */
export async function cpuPerUnit(running: Running, work: () => Promise<number>): Promise<number> {
  const before = cpuTime(running.pid);
  const units = await work();
  return (cpuTime(running.pid) - before) / units;
}
