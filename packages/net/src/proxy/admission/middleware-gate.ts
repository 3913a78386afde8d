// Whether the middleware lets a client in.
import type { Admit } from '@lb/core/internal';
import type { Engine } from '../../engine/engine.ts';
import type { Entry, Gate } from './gate.ts';

export class MiddlewareGate implements Gate {
  readonly #admit: Admit;
  readonly #engine: Engine;

  constructor(admit: Admit, engine: Engine) {
    this.#admit = admit;
    this.#engine = engine;
  }

  admit(entry: Entry): undefined {
    let isAnswered = false;
    const answered = (blocked: string | undefined, failure?: string): void => {
      if (isAnswered) return;
      isAnswered = true;
      if (blocked === undefined) entry.pass();
      else if (failure === undefined) entry.refuse('blocked');
      else entry.refuse('middleware failure', failure);
    };
    this.#admit(entry.describe(), answered, entry.control);
    this.#engine.yieldToNode(); // middleware may be asynchronous
    if (!isAnswered) entry.await('middleware timeout');
  }
}
