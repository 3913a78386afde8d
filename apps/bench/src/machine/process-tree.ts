// What a process and its descendants have used, from /proc: CPU time and memory.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Stat {
  readonly pid: number;
  readonly parent: number;
  /** In clock ticks: its own user and system time, and that of its children that have ended. */
  readonly ticks: number;
}

export interface Memory {
  /** Bytes. Pages shared by several processes count in parts, so that the sum over a tree is what it takes. */
  readonly pss: number;
  readonly private: number;
  readonly rss: number;
}

let ticksPerSecond: number | undefined;

/** Reads a line of /proc/PID/stat. The name in parentheses may hold anything, parentheses too. */
export function parseStat(line: string): Stat {
  const end = line.lastIndexOf(')');
  const fields = line.slice(end + 2).split(' ');
  const [parent, ...times] = [1, 11, 12, 13, 14].map((index) => Number(fields[index]));
  const ticks = times.reduce((sum, time) => sum + time, 0);
  if (end < 0 || parent === undefined || Number.isNaN(ticks)) throw new Error(`not a line of /proc/PID/stat: ${line}`);
  return { pid: Number.parseInt(line, 10), parent, ticks };
}

/** Reads /proc/PID/smaps_rollup. */
export function parseMemory(text: string): Memory {
  const bytes = (name: string): number => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text);
    if (match === null) throw new Error(`no ${name} in smaps_rollup`);
    return Number(match[1]) * 1024;
  };
  return { pss: bytes('Pss'), private: bytes('Private_Clean') + bytes('Private_Dirty'), rss: bytes('Rss') };
}

/** A process's id and those of its descendants, parents first. */
export function descendants(stats: readonly Stat[], root: number): number[] {
  const found = [root];
  for (const parent of found) for (const stat of stats) if (stat.parent === parent) found.push(stat.pid);
  return found;
}

/** The same, of the processes there are now. */
export function processTree(root: number): number[] {
  return descendants(allStats(), root);
}

/** CPU time of a process tree until now, in microseconds. */
export function cpuTime(root: number): number {
  const stats = allStats();
  const tree = new Set(descendants(stats, root));
  const ticks = stats.reduce((sum, stat) => (tree.has(stat.pid) ? sum + stat.ticks : sum), 0);
  return microseconds(ticks);
}

/** What so many of the kernel's clock ticks are. */
export function microseconds(ticks: number): number {
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return (ticks / ticksPerSecond) * 1e6;
}

/** Memory of a process tree. */
export function memory(root: number): Memory {
  const sum = { pss: 0, private: 0, rss: 0 };
  for (const pid of processTree(root)) {
    const one = parseMemory(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    sum.pss += one.pss;
    sum.private += one.private;
    sum.rss += one.rss;
  }
  return sum;
}

function allStats(): Stat[] {
  const stats: Stat[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      stats.push(parseStat(readFileSync(`/proc/${name}/stat`, 'utf8')));
    } catch (error) {
      // It ended in between.
      if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return stats;
}
