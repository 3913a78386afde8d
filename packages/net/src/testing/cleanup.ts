// What a test has opened is closed with it, in reverse order, also when it fails.
import { afterEach } from 'vitest';

const pending: (() => unknown)[] = [];

afterEach(async () => {
  for (let undo = pending.pop(); undo; undo = pending.pop()) await undo();
});

/** Does something after the test, whatever its outcome. */
export function later(undo: () => unknown): void {
  pending.push(undo);
}
