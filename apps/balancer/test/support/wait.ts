// Waiting for a condition. Tests never wait for a time.
import { vi } from 'vitest';

const LIMIT = 30_000;
const PAUSE = 20;

/** Asks until the answer is neither undefined nor false. @throws {Error} after `limit` ms, with what it waited for */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  limit = LIMIT,
): Promise<T> {
  const deadline = performance.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${limit} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** Expects something that another process is about to bring about. @throws {Error} the last failure, when it never holds */
export async function eventually(expectation: () => unknown): Promise<void> {
  await vi.waitFor(expectation, { timeout: LIMIT, interval: PAUSE });
}
