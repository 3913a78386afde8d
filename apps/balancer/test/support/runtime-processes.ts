// Processes looked at from outside: which ones belong to a runtime folder, and whether one is gone.
import { readdirSync, readFileSync } from 'node:fs';
import type { StatusDocument } from '@lb/cli';

/** All processes that were started with this runtime folder. Linux tells; elsewhere none is found. */
export function processesOf(runtime: string): number[] {
  const mark = `LOADBALANCER_RUNTIME_DIR=${runtime}\0`;
  return readProcesses().filter((pid) => read(`/proc/${pid}/environ`).includes(mark));
}

/** The processes that a status names. */
export function pidsOf({ supervisorPid, pid, workers }: StatusDocument): number[] {
  return [supervisorPid, pid, ...workers.map((worker) => worker.pid)].filter((one) => one !== undefined);
}

/** Whether a process has ended. One that its parent has not asked for yet has, too. */
export function isGone(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  if (stat) return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

/** Sends a signal to a process that may have ended already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function readProcesses(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** What a file of a process says; nothing once it is gone, and nothing of a process that isn't ours. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
