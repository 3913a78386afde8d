// So many of one kind at once; the others wait, and begin in the order in which they came.

export class Turns {
  #free: number;
  readonly #waiting = new Set<() => void>();

  /** @param most at once */
  constructor(most: number) {
    this.#free = most;
  }

  /**
   * Calls `begin` once, now or when it is its turn.
   * @returns how to end the turn, or to wait for it no longer. Calls after the first one do nothing
   */
  take(begin: () => void): () => void {
    let isOver = false;
    let hasBegun = false;
    const start = (): void => {
      hasBegun = true;
      begin();
    };
    if (this.#free > 0) {
      this.#free -= 1;
      start();
    } else this.#waiting.add(start);
    return () => {
      if (isOver) return;
      isOver = true;
      this.#waiting.delete(start);
      if (hasBegun) this.#passOn();
    };
  }

  /** Those that wait never begin. */
  clear(): void {
    this.#waiting.clear();
  }

  #passOn(): void {
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next();
    } else this.#free += 1;
  }
}
