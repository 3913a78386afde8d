// Doing something again and again, a few at once, until a time has passed.

/** Calls `work` with 0, 1, 2 and so on. @returns how often @throws what the first failure was */
export async function repeat(
  seconds: number,
  atOnce: number,
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let next = 0;
  await lanes(atOnce, async () => {
    while (performance.now() < end) await work(next++);
  });
  return next;
}

/** Calls `work` with 0 to `count` - 1. @throws what the first failure was */
export async function many(count: number, atOnce: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await lanes(atOnce, async () => {
    while (next < count) await work(next++);
  });
}

async function lanes(count: number, lane: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, lane));
}
