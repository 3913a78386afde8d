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
    if (this.#free > 0) {
      this.#free -= 1;
      begin();
    } else this.#waiting.add(begin);
    return () => {
      if (isOver) return;
      isOver = true;
      if (!this.#waiting.delete(begin)) this.#passOn();
    };
  }

  /** Those that wait never begin. */
  close(): void {
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
