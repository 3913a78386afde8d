// What must not last for ever: dials, quiet connections, clients that linger. One timer for all of them, and a coarse one: a
// timer for each connection would cost more than what it guards.

export interface Guarded {
  /** When it is over, in ms of `performance.now()`. It may move while it is guarded. */
  readonly deadline: number;
  /** Called once the deadline has passed; it isn't guarded any more then. */
  expired(): void;
}

export class Deadlines {
  readonly #interval: number;
  readonly #guarded = new Set<Guarded>();
  #timer: NodeJS.Timeout | undefined;

  /** @param interval ms between two looks, and so the precision */
  constructor(interval: number) {
    this.#interval = interval;
  }

  add(guarded: Guarded): void {
    this.#guarded.add(guarded);
    this.#timer ??= setInterval(() => this.#look(), this.#interval);
  }

  delete(guarded: Guarded): void {
    this.#guarded.delete(guarded);
  }

  #look(): void {
    const now = performance.now();
    for (const guarded of this.#guarded) {
      if (guarded.deadline > now) continue;
      this.#guarded.delete(guarded);
      guarded.expired();
    }
    if (this.#guarded.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
