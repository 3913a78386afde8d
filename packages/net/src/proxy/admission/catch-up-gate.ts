// The gate for those who were accepted by a process that has stood still: they wait until it knows what the others have agreed on since.
import type { Entry, Gate, Waiting } from './gate.ts';

export class CatchUpGate implements Gate {
  readonly #caughtUp: Promise<void>;

  constructor(caughtUp: Promise<void>) {
    this.#caughtUp = caughtUp;
  }

  admit(entry: Entry): Waiting {
    void this.#caughtUp.then(() => entry.pass());
    return { cancel() {} };
  }
}
