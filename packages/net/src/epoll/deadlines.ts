// What must not last for ever: dials, quiet connections, clients that linger. One timer for all of them, and a coarse one: a
// timer for each connection would cost more than what it guards.
import { Roster, type Rostered } from '../roster.ts';

export interface Guarded extends Rostered {
  /** When it is over, in ms of `performance.now()`. It may move while it is guarded. */
  readonly deadline: number;
  /** Called once the deadline has passed; it isn't guarded any more then. */
  expired(): void;
}

/** A look that is later than this many intervals comes after a standstill of the whole process. */
const STANDSTILL = 8;

export class Deadlines {
  readonly #interval: number;
  readonly #guarded = new Roster<Guarded>();
  #timer: NodeJS.Timeout | undefined;
  #lastLook = 0;

  /** @param interval ms between two looks, and so the precision */
  constructor(interval: number) {
    this.#interval = interval;
  }

  add(guarded: Guarded): void {
    this.#guarded.add(guarded);
    if (this.#timer) return;
    this.#lastLook = performance.now();
    this.#timer = setInterval(() => this.#look(), this.#interval);
  }

  delete(guarded: Guarded): void {
    this.#guarded.delete(guarded);
  }

  #look(): void {
    const now = performance.now();
    const stoodStill = now - this.#lastLook > this.#interval * STANDSTILL;
    this.#lastLook = now;
    // What came meanwhile is still in the kernel: it is looked at first, and nobody blamed for our own silence.
    if (stoodStill) return;
    this.#guarded.each((guarded) => {
      if (guarded.deadline > now) return;
      this.#guarded.delete(guarded);
      guarded.expired();
    });
    if (this.#guarded.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
