// Notices in a worker that it has stood still: it was stopped or swapped out, or middleware kept it busy. What it knows may be old until it
// has read what its primary has sent meanwhile, or that there is no primary any more.
import { setImmediate } from 'node:timers/promises';

/** ms since the last beat that are more than a beat that comes late: another process may have taken over by then. */
const LONG = 1_000;

export class Standstill {
  readonly #caughtUp: () => void;
  #lastBeat = performance.now();
  #catchingUp: Promise<void> | undefined;

  /** @param caughtUp called after each standstill, once the channel has been read */
  constructor(caughtUp: () => void) {
    this.#caughtUp = caughtUp;
  }

  /** To be called at each beat. @returns as `look` does */
  beat(): Promise<void> | undefined {
    const catchingUp = this.look();
    this.#lastBeat = performance.now();
    return catchingUp;
  }

  /** @returns what to wait for before acting by what is known. Undefined where that is current */
  look(): Promise<void> | undefined {
    const now = performance.now();
    if (now - this.#lastBeat > LONG) {
      this.#lastBeat = now;
      this.#catchingUp ??= this.#catchUp();
    }
    return this.#catchingUp;
  }

  async #catchUp(): Promise<void> {
    // Node reads the channel between the two, whatever is done just now.
    await setImmediate();
    await setImmediate();
    this.#caughtUp();
    this.#catchingUp = undefined;
  }
}
