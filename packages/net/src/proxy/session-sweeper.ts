// Drops the sessions of a process whose time is over. While none can be, it has no timer: an idle process stays asleep.
import type { SessionTable } from '@lb/core';
import { setLongTimeout } from '../base/long-timers.ts';

export class SessionSweeper {
  readonly #sessions: SessionTable;
  #interval: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param interval ms between two sweeps at least, and so the most that a session is kept too long */
  constructor(sessions: SessionTable, interval: number) {
    this.#sessions = sessions;
    this.#interval = interval;
  }

  /** To be called when a session may have become idle. */
  wake(): void {
    if (!this.#timer) this.#wait();
  }

  /** Goes by another interval, and by what has changed in the table. */
  restart(interval = this.#interval): void {
    this.#interval = interval;
    this.stop();
    this.#wait();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(): void {
    const { nextExpiry } = this.#sessions;
    if (nextExpiry === undefined) return;
    const wait = Math.max(nextExpiry - performance.now(), this.#interval);
    this.#timer = setLongTimeout(this.#sweep, Math.ceil(wait)).unref();
  }

  readonly #sweep = (): void => {
    this.#timer = undefined;
    this.#sessions.sweep(performance.now());
    this.#wait();
  };
}
