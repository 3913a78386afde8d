// What the primary of a test fleet takes to be true of its targets and clients, which its workers hear of later. It decides nothing.
import type { PrimaryAgreement } from '../agreement/primary/primary-agreement.ts';
import { DEFAULT_HASH_KEY } from '../hashing/hash.ts';
import { firstChoice } from '../hashing/ranking.ts';
import { HashPolicy } from '../policies/hash-policy.ts';
import { PastHomes } from '../policies/past-homes.ts';
import { isEnabled } from '../policies/policy.ts';
import { targetId } from '../targets/target-options.ts';
import type { TargetMode, TargetRecord } from '../targets/target-record.ts';
import type { TargetState } from '../targets/target-state.ts';
import { hashed } from './targets.ts';

export const keepsSessions = (mode: TargetMode | undefined): boolean => mode === 'enabled' || mode === 'draining';

export class FleetTruth {
  /** The targets of the epoch that is to come. */
  announced: readonly TargetState[] | undefined;
  readonly #primary: () => PrimaryAgreement;

  /** @param primary the one that is there now */
  constructor(primary: () => PrimaryAgreement) {
    this.#primary = primary;
  }

  #target(id: string): TargetRecord | undefined {
    return this.#primary().targets.find((target) => target.id === id);
  }

  /** Whether a target takes no connection, not even of its sessions. */
  readonly isGone = (id: string): boolean => !this.#target(id)?.keepsSessions;

  readonly isSuspended = (id: string): boolean => this.#target(id)?.suspended ?? false;

  /** Whether any client may be led away from a target where its session is: it is out of use, is to be, or is suspended. */
  mayLeave(id: string): boolean {
    if (this.isGone(id) || this.isSuspended(id)) return true;
    const next = this.announced?.find(({ options }) => targetId(options) === id);
    return this.announced !== undefined && !keepsSessions(next?.mode);
  }

  /** Where a client is, or is looked for. */
  readonly placeOf = (key: string): string | undefined => {
    const { pastLists, targets } = this.#primary();
    const past = new PastHomes(pastLists, new HashPolicy(DEFAULT_HASH_KEY), DEFAULT_HASH_KEY);
    return this.#primary().find(key) ?? past.home(key) ?? firstChoice(hashed(key), targets, isEnabled)?.id;
  };
}
