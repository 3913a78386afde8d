// What the primary of a test fleet leaves to the next one: its snapshot as it was when it was last saved, a second ago at most.
import type { AgreementSnapshot } from '../agreement/primary/agreement-snapshot.ts';
import type { PrimaryAgreement } from '../agreement/primary/primary-agreement.ts';
import { FILE_AGE } from './fleet-times.ts';

export const NOTHING_SAVED: AgreementSnapshot = { modes: [], suspensions: [], addresses: [], lists: [], sessions: [] };

export class FleetFile {
  saved = NOTHING_SAVED;
  #isDue = false;
  #savedAt = 0;

  /** The snapshot differs from what was saved. */
  changed(): void {
    this.#isDue = true;
  }

  save(primary: PrimaryAgreement, now: number): void {
    const snapshot = primary.snapshot(now);
    this.saved = { ...snapshot, sessions: [...snapshot.sessions] };
    this.#isDue = false;
    this.#savedAt = now;
  }

  /** Saves what is due within this time. */
  pass(primary: PrimaryAgreement, now: number, time: number): void {
    if (this.#isDue && now + time - this.#savedAt >= FILE_AGE) this.save(primary, now);
  }
}
