// Waiting for a condition. Tests never wait for a time.

/** Asks until the answer is neither undefined nor false. @throws {Error} after `limit` ms, with what it waited for */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  limit = 20_000,
): Promise<T> {
  const deadline = performance.now() + limit;
  for (let turn = 0; ; turn += 1) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${limit} ms in vain for ${what}`);
    await (turn < 20 ? nextTurn() : shortPause());
  }
}

/** Lets the event loop go round once. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Between two questions that cost something. */
export function shortPause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
