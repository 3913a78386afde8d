// What Linux says of a process in /proc/PID/stat (proc(5)). Elsewhere it says nothing.
import { readFileSync } from 'node:fs';

export interface ProcessStat {
  readonly parent: number;
  /** The pid of the process that began its session. */
  readonly session: number;
  /** In ticks since the boot. */
  readonly start: string;
}

/** Undefined when it has ended, also if its parent has yet to ask for its exit code. */
export function processStat(pid: number): ProcessStat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may contain anything, so the fields are counted from its end.
    const [state = '', parent, , session, ...others] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (/[ZX]/.test(state)) return undefined;
    return { parent: Number(parent), session: Number(session), start: others[15] ?? '' };
  } catch {
    return undefined;
  }
}
