// Asking all workers who has the sessions of some clients. Rounds for different purposes go on side by side, and are numbered together: of
// two that ask for the same client, the earlier one is over first. What follows from the answers is for whoever has asked.
import type { FromPrimary } from '../../protocol/agreement-messages.ts';
import type { Members, WorkerId } from '../members.ts';
import { HolderCheck } from './holder-check.ts';

/** Called once all workers have answered. The workers wait for the message `checked` about all these clients. */
type WhenOver = (check: HolderCheck, now: number) => void;

export class HolderChecks {
  readonly #members: Members;
  readonly #open = new Map<number, { readonly check: HolderCheck; readonly whenOver: WhenOver }>();
  #last = 0;

  constructor(members: Members) {
    this.#members = members;
  }

  ask(clientKeys: readonly string[], now: number, whenOver: WhenOver): void {
    this.#last += 1;
    const check = new HolderCheck(this.#last, clientKeys, this.#members.all);
    this.#open.set(check.number, { check, whenOver });
    this.#members.tellAll(question(check));
    this.#finish(now);
  }

  /** A worker has come, and is asked too. @returns the questions that are open */
  join(worker: WorkerId): FromPrimary[] {
    return [...this.#open.values()].map(({ check }) => {
      check.join(worker);
      return question(check);
    });
  }

  /** A worker is gone. @param isEmpty whether it had no session left */
  leave(worker: WorkerId, isEmpty: boolean, now: number): void {
    for (const { check } of this.#open.values()) {
      if (isEmpty) check.answered(worker, []);
      else check.died(worker);
    }
    this.#finish(now);
  }

  answered(worker: WorkerId, number: number, held: readonly string[], now: number): void {
    this.#open.get(number)?.check.answered(worker, held);
    this.#finish(now);
  }

  /** A session has begun of which a worker may have said before that it doesn't hold it. */
  begun(clientKey: string): void {
    for (const { check } of this.#open.values()) check.begun(clientKey);
  }

  #finish(now: number): void {
    for (const [number, { check, whenOver }] of this.#open) {
      if (!check.isOver) continue;
      this.#open.delete(number);
      whenOver(check, now);
    }
  }
}

function question({ number: check, clientKeys }: HolderCheck): FromPrimary {
  return { type: 'check', check, clientKeys };
}
