// Finding out which displaced sessions nobody holds any more: one round of questions at a time.

import { LONGEST_LIST } from '../../protocol/agreement-messages.ts';
import type { Members } from '../members.ts';
import type { DisplacedSessions } from './displaced-sessions.ts';
import type { HolderCheck } from './holder-check.ts';
import type { HolderChecks } from './holder-checks.ts';

export class ExpiryRounds {
  readonly #displaced: DisplacedSessions;
  readonly #checks: HolderChecks;
  readonly #members: Members;
  #isAsking = false;

  constructor(displaced: DisplacedSessions, checks: HolderChecks, members: Members) {
    this.#displaced = displaced;
    this.#checks = checks;
    this.#members = members;
  }

  /** Begins a round, if something is due and none goes on. */
  tick(now: number): void {
    if (this.#isAsking) return;
    const clientKeys = this.#displaced.takeDue(now, LONGEST_LIST);
    if (clientKeys.length === 0) return;
    this.#isAsking = true;
    this.#checks.ask(clientKeys, now, this.#whenOver);
  }

  readonly #whenOver = ({ number: check, kept, dropped }: HolderCheck): void => {
    this.#isAsking = false;
    for (const clientKey of dropped) this.#displaced.drop(clientKey);
    this.#members.tellAll({ type: 'checked', check, kept, dropped });
  };
}
