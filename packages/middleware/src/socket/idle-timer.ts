// Watches the silence of one connection for a controller, by asking how long it has lasted.
import type { ConnectionControl } from '@lb/core/internal';

/** The longest that a timer of Node's can wait, in ms. */
const LONGEST = 2 ** 31 - 1;
/** Looks in the time of a timeout: what can't tell when the last byte was moved counts from the look that noticed it. */
const LOOKS = 4;

export class IdleTimer {
  /** ms */
  readonly timeout: number;
  readonly #control: ConnectionControl;
  readonly #onIdle: () => void;
  #timer: NodeJS.Timeout;
  /** Whether this silence has been reported. */
  #isReported = false;

  constructor(timeout: number, control: ConnectionControl, onIdle: () => void) {
    this.timeout = timeout;
    this.#control = control;
    this.#onIdle = onIdle;
    // As in Node, the time begins with the call, whatever came before.
    this.#timer = this.#lookAfter(timeout, performance.now());
  }

  /** @throws {RangeError} when it is no number of ms */
  static checked(timeout: unknown): number {
    if (typeof timeout === 'number' && timeout >= 0 && timeout <= Number.MAX_VALUE) return Math.min(timeout, LONGEST);
    throw new RangeError(`setTimeout: ${String(timeout)} is no number of milliseconds; pass 0 or more.`);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #lookAfter(ms: number, since: number): NodeJS.Timeout {
    const wait = Math.max(1, Math.ceil(Math.min(ms, this.timeout / LOOKS)));
    return setTimeout(() => this.#look(since), wait).unref();
  }

  #look(since: number): void {
    if (this.#control.isOver) return;
    const silence = Math.min(this.#control.silence(), performance.now() - since);
    const left = this.timeout - silence;
    const isIdle = left <= 0;
    this.#timer = this.#lookAfter(isIdle ? this.timeout : left, since);
    const isNew = isIdle && !this.#isReported;
    this.#isReported = isIdle;
    if (isNew) this.#onIdle();
  }
}
