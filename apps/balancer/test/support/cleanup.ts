// What a test has started is ended with it, in reverse order, also when it fails.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach } from 'vitest';

const pending: (() => unknown)[] = [];
const children = new Set<ChildProcess>();

afterEach(async () => {
  for (let undo = pending.pop(); undo; undo = pending.pop()) await undo();
});

// A test runner that is stopped itself leaves nothing behind either.
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Does something after the test, whatever its outcome. */
export function later(undo: () => unknown): void {
  pending.push(undo);
}

/** A process that is killed after the test, by its pid, if it is still there. */
export function spawned(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, options);
  children.add(child);
  child.once('exit', () => children.delete(child));
  later(() => ended(child, 'SIGKILL'));
  return child;
}

/** Sends a signal, and waits until the process is gone. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }
  return child.exitCode ?? child.signalCode;
}
