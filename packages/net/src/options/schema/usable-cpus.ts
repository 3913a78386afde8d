// How many CPUs this process may use: those that it may run on, within the quotas of its control groups.
import { availableParallelism } from 'node:os';
import type { ReadText } from '../../base/control-groups.ts';
import { readText } from '../../base/read-text.ts';
import { cpuQuota } from './cpu-quota.ts';

/** At least 1; a part of a CPU counts as one. */
export function usableCpus(read: ReadText = readText): number {
  return Math.max(1, Math.min(affinity(read) ?? availableParallelism(), Math.ceil(cpuQuota(read) ?? Infinity)));
}

/** CPUs that it may run on. `availableParallelism` isn't asked for them, since later releases of Node put a quota, rounded down, in it. */
function affinity(read: ReadText): number | undefined {
  const list = /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(read('/proc/self/status') ?? '')?.[1];
  return list?.split(',').reduce((count, range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return count + last - first + 1;
  }, 0);
}
