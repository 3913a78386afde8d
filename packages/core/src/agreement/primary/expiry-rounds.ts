// Finding out which displaced sessions nobody holds any more: one round of questions at a time.

import { type FromPrimary, LONGEST_LIST } from '../protocol/agreement-messages.ts';
import type { DisplacedSessions } from './displaced-sessions.ts';
import { ExpiryCheck } from './expiry-check.ts';

export class ExpiryRounds {
  readonly #displaced: DisplacedSessions;
  readonly #tellAll: (message: FromPrimary) => void;
  #check: ExpiryCheck | undefined;
  #last = 0;

  constructor(displaced: DisplacedSessions, tellAll: (message: FromPrimary) => void) {
    this.#displaced = displaced;
    this.#tellAll = tellAll;
  }

  /** A worker has come, and is asked too. @returns the question, if there is one */
  join(worker: number): FromPrimary | undefined {
    this.#check?.join(worker);
    return this.#check && question(this.#check);
  }

  /** A worker is gone. @param isEmpty whether it had no session left */
  leave(worker: number, isEmpty: boolean): void {
    if (isEmpty) this.#check?.answered(worker, []);
    else this.#check?.died(worker);
    this.#finish();
  }

  answered(worker: number, check: number, held: readonly string[]): void {
    if (check !== this.#check?.number) return;
    this.#check.answered(worker, held);
    this.#finish();
  }

  /** A session has begun of which a worker may have said before that it doesn't hold it. */
  begun(clientKey: string): void {
    this.#check?.begun(clientKey);
  }

  /** Begins a round, if something is due and none goes on. */
  tick(now: number, workers: Iterable<number>): void {
    if (this.#check) return;
    const clientKeys = this.#displaced.takeDue(now, LONGEST_LIST);
    if (clientKeys.length === 0) return;
    this.#last += 1;
    this.#check = new ExpiryCheck(this.#last, clientKeys, workers);
    this.#tellAll(question(this.#check));
    this.#finish();
  }

  #finish(): void {
    const check = this.#check;
    if (!check?.isOver) return;
    this.#check = undefined;
    for (const clientKey of check.dropped) this.#displaced.drop(clientKey);
    this.#tellAll({ type: 'checked', kept: check.kept, dropped: check.dropped });
  }
}

function question({ number: check, clientKeys }: ExpiryCheck): FromPrimary {
  return { type: 'check', check, clientKeys };
}
