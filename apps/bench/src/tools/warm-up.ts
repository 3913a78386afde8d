// Work before the measured work, until there was enough of it: what compiles while it runs is slow at first.

const MOST_TIMES = 5;

/** Calls `work`, which says how much it did, until that is `enough`. */
export async function warmUp(enough: number, work: () => Promise<number>): Promise<void> {
  for (let done = 0, times = 0; done < enough && times < MOST_TIMES; times++) done += await work();
}
