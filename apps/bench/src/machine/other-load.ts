// How much of the machine went to others while the benchmark ran: what makes its figures noisy.
import { readFileSync } from 'node:fs';
import { cpuTime, microseconds } from './process-tree.ts';

export interface CpuTimes {
  /** In clock ticks, of all CPUs together. */
  readonly busy: number;
  readonly stolen: number;
  readonly total: number;
}

/** Reads the first line of /proc/stat. */
export function parseCpuTimes(text: string): CpuTimes {
  const times = /^cpu +([\d ]+)$/m.exec(text)?.[1]?.split(' ').map(Number) ?? [];
  const [user, nice, system, idle, waiting, irq, softirq, stolen] = times;
  if (user === undefined || nice === undefined || system === undefined || idle === undefined) {
    throw new Error(`not a /proc/stat: ${text.slice(0, 100)}`);
  }
  const busy = user + nice + system + (irq ?? 0) + (softirq ?? 0);
  return { busy, stolen: stolen ?? 0, total: busy + idle + (waiting ?? 0) + (stolen ?? 0) };
}

/** Begins to watch. @returns what says, as a sentence, how it was since then */
export function watchOtherLoad(): () => string {
  const first = parseCpuTimes(readFileSync('/proc/stat', 'utf8'));
  const firstOwn = cpuTime(process.pid);
  return () => {
    const last = parseCpuTimes(readFileSync('/proc/stat', 'utf8'));
    const own = cpuTime(process.pid) - firstOwn;
    const total = last.total - first.total;
    const others = Math.max(0, last.busy - first.busy - own / microseconds(1)) / total;
    const stolen = (last.stolen - first.stolen) / total;
    const percent = (share: number) => `${Math.round(share * 100)} %`;
    return `Meanwhile other processes took ${percent(others)} of the CPU time, and the host of a virtual machine ${percent(stolen)}.`;
  };
}
