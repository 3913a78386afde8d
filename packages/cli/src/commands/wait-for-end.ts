// Waiting for other processes to end. Runs in `stop`; it ends none itself.
import { processStat } from '../control/process-stat.ts';

const POLL = 50;

/** Resolves when all have ended, or after `timeout` ms. @returns those that are left */
export async function waitForEnd(pids: readonly number[], timeout: number): Promise<readonly number[]> {
  const deadline = Date.now() + timeout;
  for (let left = pids.filter(isAlive); ; left = left.filter(isAlive)) {
    if (left.length === 0 || Date.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

/** A process that has ended but whose parent hasn't asked for its exit code yet is gone too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return process.platform !== 'linux' || processStat(pid) !== undefined;
}
