// Making a process stand still.
import { readFileSync } from 'node:fs';
import { later } from './cleanup.ts';
import { until } from './wait.ts';

/** Stops a process by SIGSTOP, and waits until it stands still. It goes on after the test, if it is still there. */
export async function pause(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  later(() => {
    try {
      process.kill(pid, 'SIGCONT');
    } catch {
      // It has ended.
    }
  });
  await until(`process ${pid} to stand still`, () => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  });
}
