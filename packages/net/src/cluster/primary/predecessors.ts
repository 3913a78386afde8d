// The workers of earlier primaries, which let their connections end after that one has died or stopped. They cannot be asked where a
// client is, so it matters when the last of them has gone. Runs in the primary; which processes there are, others know.

/** ms between two looks. */
const PACE = 1_000;

export interface Predecessors {
  /** Names this process: no later one has the same name. At most 256 characters. */
  readonly self: string;
  /** Whether workers of earlier primaries may still serve clients. @param writer the `self` of the last one, as far as it is known */
  mayServe(writer: string | undefined): boolean;
}

/**
 * Looks now, and then until none of them serves any more.
 * @param isNone called once, when that is so
 * @param longest ms after which they have all ended @returns ends the looks
 */
export function whenNoneServes(
  predecessors: Predecessors | undefined,
  writer: string | undefined,
  isNone: () => void,
  longest: number,
): () => void {
  if (!predecessors) return () => {};
  const deadline = performance.now() + longest;
  const look = (): void => {
    const isOver = performance.now() >= deadline;
    if (!isOver && predecessors.mayServe(writer)) return;
    clearInterval(timer);
    if (!isOver) isNone();
  };
  const timer = setInterval(look, PACE).unref();
  look();
  return () => clearInterval(timer);
}
