// Whether a client is within its limits. One that is over its limit of connections is looked at again before it is refused: if it
// closes last and is back at once, it may be accepted by a worker before its end has reached the worker that it was with.
import { type ClientKeyPrefix, clientKey } from '@lb/core';
import type { ClientLimits, ClientSlot, Excess } from '../limits/client-limits.ts';
import type { Entry, Gate, Waiting } from './gate.ts';

const LOOKS_AGAIN = 2;
/** ms before each of these looks. */
const LOOK_AGAIN = 20;

export class LimitGate implements Gate {
  readonly #limits: ClientLimits;
  readonly #prefix: ClientKeyPrefix;

  constructor(limits: ClientLimits, prefix: ClientKeyPrefix) {
    this.#limits = limits;
    this.#prefix = prefix;
  }

  admit(entry: Entry): Waiting | undefined {
    const slot = this.#take(entry);
    if (slot === 'connections') return this.#lookAgain(entry);
    answer(entry, slot);
    return undefined;
  }

  #lookAgain(entry: Entry): Waiting {
    let looks = 0;
    const timer = setInterval(() => {
      looks += 1;
      const slot = this.#take(entry);
      if (slot === 'connections' && looks < LOOKS_AGAIN) return;
      clearInterval(timer);
      answer(entry, slot);
    }, LOOK_AGAIN);
    return { cancel: () => clearInterval(timer) };
  }

  #take(entry: Entry): ClientSlot | Excess {
    return this.#limits.take(clientKey(entry.clientAddress, this.#prefix), Date.now());
  }
}

function answer(entry: Entry, slot: ClientSlot | Excess): void {
  if (slot === 'connections') return entry.refuse('too many');
  if (slot === 'rate') return entry.refuse('too fast');
  entry.hold(slot);
  entry.pass();
}
