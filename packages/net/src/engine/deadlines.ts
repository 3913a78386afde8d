// Time-outs of what an engine waits for: dials, quiet connections, clients that linger. One coarse timer serves all of them, since
// one for each connection would cost more than what it guards; while nothing is due it doesn't fire. In a process that is busy, or
// was paused, what came in time is seen before its deadline counts. Which sockets there are is the engine's.
import { LONGEST_TIMER } from '../base/long-timers.ts';
import { Roster, type Rostered } from '../base/roster.ts';

export interface Guarded extends Rostered {
  /** When it is over, in ms of `performance.now()`. It may move while it is guarded; after a move to an earlier time, `add` it again. */
  readonly deadline: number;
  /** Called once the deadline has passed; it isn't guarded any more then. @param now what counts as the present */
  expired(now: number): void;
}

/** A look that is later than this many intervals comes after a standstill, perhaps of the whole machine. */
const STANDSTILL = 8;

export class Deadlines {
  readonly #interval: number;
  readonly #afterPoll: (action: () => void) => void;
  readonly #guarded = new Roster<Guarded>();
  #timer: NodeJS.Timeout | undefined;
  #due = Number.POSITIVE_INFINITY;
  #hasSkipped = false;

  /**
   * @param interval ms between two looks at least, and so the precision
   * @param afterPoll does something once all that has happened on the sockets until now is served: an answer that is there
   *   already wins over its deadline, however busy this process was
   */
  constructor(interval: number, afterPoll: (action: () => void) => void) {
    this.#interval = interval;
    this.#afterPoll = afterPoll;
  }

  add(guarded: Guarded): void {
    this.#guarded.add(guarded);
    if (guarded.deadline < this.#due) this.#lookBy(guarded.deadline);
  }

  delete(guarded: Guarded): void {
    this.#guarded.delete(guarded);
  }

  #lookBy(deadline: number): void {
    const now = performance.now();
    const due = Math.max(deadline, now + this.#interval);
    if (due >= this.#due) return;
    this.#due = due;
    clearTimeout(this.#timer);
    // What is guarded has a socket, and that keeps the process alive.
    this.#timer = setTimeout(this.#timeIsUp, Math.min(Math.ceil(due - now), LONGEST_TIMER)).unref();
  }

  readonly #timeIsUp = (): void => {
    const now = performance.now();
    const stoodStill = now - this.#due > this.#interval * STANDSTILL;
    this.#due = Number.POSITIVE_INFINITY;
    // The others may have stood still with us: they get an interval. But only one, for a process may be busy all the time.
    this.#hasSkipped = stoodStill && !this.#hasSkipped;
    if (this.#hasSkipped) this.#lookBy(now);
    else this.#afterPoll(() => this.#look(now));
  };

  #look(now: number): void {
    let next = Number.POSITIVE_INFINITY;
    this.#guarded.each((guarded) => {
      if (guarded.deadline > now) {
        next = Math.min(next, guarded.deadline);
        return;
      }
      this.#guarded.delete(guarded);
      guarded.expired(now);
    });
    if (this.#guarded.size > 0) this.#lookBy(next);
  }
}
