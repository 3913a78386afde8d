// When a process was started, so that another one that has its number later is not taken for it.
import { execFileSync } from 'node:child_process';
import { processStat } from './process-stat.ts';

/** Text that no other process of this number has. Undefined when it has ended, also if its parent has yet to be told. */
export function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? processStat(pid)?.start : startAsWritten(pid);
}

function startAsWritten(pid: number): string | undefined {
  try {
    const start = execFileSync('ps', ['-o', 'lstart=', '-p', `${pid}`], { encoding: 'utf8', env: { LC_ALL: 'C' } });
    return start.trim() || undefined;
  } catch {
    return undefined;
  }
}
