// The epoch that is to come, and what it would do to a client. Health plays no part: a home is a home while it is suspended.
import type { HashKey } from '../../hashing/hash.ts';
import { PastHomes, type PastList } from '../../policies/past-homes.ts';
import type { Policy } from '../../policies/policy.ts';
import { TargetPool } from '../../targets/target-pool.ts';
import type { TargetRecord } from '../../targets/target-record.ts';
import { applyStates, type TargetState } from '../../targets/target-state.ts';

/** What the message `prepare` says of it. */
export interface Announced {
  readonly targets: readonly TargetState[];
  readonly past: readonly PastList[];
  readonly restored: readonly string[];
}

export class NextEpoch {
  readonly #pool: TargetPool;
  readonly #policy: Policy;
  readonly #past: PastHomes;
  readonly #restored: ReadonlySet<string>;

  constructor({ targets, past, restored }: Announced, policy: Policy, hashKey: HashKey) {
    this.#policy = policy;
    this.#pool = new TargetPool(hashKey);
    applyStates(this.#pool, targets);
    this.#past = new PastHomes(past, policy, hashKey);
    this.#restored = new Set(restored);
  }

  keepsSessions(id: string): boolean {
    return this.#pool.get(id)?.keepsSessions ?? false;
  }

  /** Whether a client that has a session at these targets, and can go to none of them now, can do so then. */
  leadsBack(places: readonly (TargetRecord | undefined)[]): boolean {
    if (places.some((place) => place?.availableToSession)) return false;
    return places.some((place) => place?.suspended && this.#restored.has(place.id));
  }

  /** Whether all processes connect to another address of this target then. */
  readdresses({ id, address }: TargetRecord): boolean {
    const next = this.#pool.get(id);
    return next !== undefined && next.address !== address;
  }

  /** Whether a session at this target goes on where not all processes would look for its client. */
  displaces(clientKey: string, id: string): boolean {
    if (!this.keepsSessions(id)) return false;
    const { home, expected } = this.#places(clientKey);
    return home !== id || expected !== id;
  }

  /**
   * Whether a client without a session might be led elsewhere than now.
   * @param home its home now @param past its home under an earlier list, if it is led there now
   */
  affects(clientKey: string, home: string | undefined, past: string | undefined): boolean {
    const next = this.#places(clientKey);
    if ([next.home, next.expected].some((id) => id !== undefined && this.#restored.has(id))) return true;
    return next.home !== home || next.expected !== (past ?? home);
  }

  /** The client's home, and where it is led if it has no session. */
  #places(clientKey: string): { readonly home: string | undefined; readonly expected: string | undefined } {
    const home = this.#policy.home(clientKey, this.#pool.targets)?.id;
    return { home, expected: this.#past.home(clientKey) ?? home };
  }
}
