// Waiting for other processes to end. Runs in `stop`; it ends none itself.
import { isAnswered } from '../../control/dead-socket.ts';
import { processStat } from '../../control/process-stat.ts';

const POLL = 50;

/** Resolves when all have ended, or after `timeout` ms. @returns those that are left, and no later process that has a pid of theirs */
export async function waitForEnd(pids: readonly number[], timeout: number): Promise<readonly number[]> {
  const starts = new Map(pids.map((pid) => [pid, processStat(pid)?.start]));
  let left = pids;
  await untilTrue(() => {
    left = left.filter((pid) => isAlive(pid, starts.get(pid)));
    return left.length === 0;
  }, timeout);
  return left;
}

/** Resolves when nobody listens on a control socket any more, or after `timeout` ms. @returns whether that is so */
export function waitForSilence(path: string, timeout: number): Promise<boolean> {
  return untilTrue(async () => !(await isAnswered(path)), timeout);
}

async function untilTrue(condition: () => boolean | Promise<boolean>, timeout: number): Promise<boolean> {
  const deadline = performance.now() + timeout;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

/** A process that has ended but whose parent hasn't asked for its exit code yet is gone too. */
function isAlive(pid: number, start: string | undefined): boolean {
  if (process.platform === 'linux') return start !== undefined && processStat(pid)?.start === start;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
