// When a process was started, so that another one that has its number later is not taken for it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Of the fields after the name in /proc/PID/stat (proc(5)): the state, and the start in ticks since the boot. */
const STATE = 0;
const START = 19;

/** Text that no other process of this number has. Undefined when it has ended, also if its parent has yet to be told. */
export function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? startInTicks(pid) : startAsWritten(pid);
}

function startInTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may contain anything, so the fields are counted from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return /[ZX]/.test(fields[STATE] ?? '') ? undefined : fields[START];
  } catch {
    return undefined;
  }
}

function startAsWritten(pid: number): string | undefined {
  try {
    const start = execFileSync('ps', ['-o', 'lstart=', '-p', `${pid}`], { encoding: 'utf8', env: { LC_ALL: 'C' } });
    return start.trim() || undefined;
  } catch {
    return undefined;
  }
}
