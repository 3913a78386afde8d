// From the primary of a test fleet that has been killed to the next one: where each client is to be looked for by that.
import type { PrimaryAgreement } from '../agreement/primary/primary-agreement.ts';
import type { FleetTruth } from './fleet-truth.ts';

/** Where clients are by a primary, and what it knows of those away from home. */
type View = ReadonlyMap<string, { readonly place: string | undefined; readonly found: string | undefined }>;

export class FleetSuccession {
  /** Where the dead primary looks for clients. */
  readonly #before: View;
  readonly #kept: ReadonlyMap<string, string>;
  readonly #truth: FleetTruth;
  readonly #isComplete: boolean;

  /**
   * To be made while the earlier primary is still asked.
   * @param kept the client keys and targets of the sessions that the next primary is left
   * @param isComplete whether everything else that it leaves to the next one is as it is now
   */
  constructor(
    keys: Iterable<string>,
    primary: PrimaryAgreement,
    truth: FleetTruth,
    kept: ReadonlyMap<string, string>,
    isComplete: boolean,
  ) {
    this.#before = new Map([...keys].map((key) => [key, { place: truth.placeOf(key), found: primary.find(key) }]));
    this.#truth = truth;
    this.#kept = kept;
    this.#isComplete = isComplete;
  }

  /** Where the next primary looks for a client. To be asked when there is one. */
  placeOf(key: string): string | undefined {
    return this.#truth.placeOf(key);
  }

  /** The clients whose sessions away from home the dead primary knew and had not the time to write, or had written and knew to be over. */
  get unwritten(): string[] {
    return [...this.#before].filter(([key, { found }]) => found !== this.#kept.get(key)).map(([key]) => key);
  }

  /**
   * Whether a client with a session there has to be looked for there. The next primary needn't know what the earlier one had not heard of,
   * or not had the time to write: which sessions have come to be away from home, and which are so no longer.
   */
  mustFind(key: string, target: string): boolean {
    const before = this.#before.get(key);
    if (!this.#isComplete || !before || this.#truth.isGone(target)) return false;
    return before.place === target && before.found === this.#kept.get(key);
  }
}
