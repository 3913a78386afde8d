// The epoch that is to come, and what it would do to a client. Health plays no part: a home is a home while it is suspended.
import type { HashKey } from '../../hashing/hash.ts';
import type { Policy } from '../../policies/policy.ts';
import { TargetPool } from '../../targets/target-pool.ts';
import type { TargetRecord } from '../../targets/target-record.ts';
import { applyStates, type TargetState } from '../../targets/target-state.ts';

export class NextEpoch {
  readonly #pool: TargetPool;
  readonly #policy: Policy;
  readonly #restored: ReadonlySet<string>;

  constructor(
    { targets, restored }: { readonly targets: readonly TargetState[]; readonly restored: readonly string[] },
    policy: Policy,
    hashKey: HashKey,
  ) {
    this.#policy = policy;
    this.#pool = new TargetPool(hashKey);
    applyStates(this.#pool, targets);
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

  /** Whether a session at this target goes on, away from home. */
  displaces(clientKey: string, id: string): boolean {
    if (!this.keepsSessions(id)) return false;
    return this.#policy.home(clientKey, this.#pool.targets)?.id !== id;
  }

  /** Whether a client without a session might be led elsewhere than by the targets of `now`. */
  affects(clientKey: string, now: readonly TargetRecord[]): boolean {
    const home = this.#policy.home(clientKey, this.#pool.targets)?.id;
    if (home !== undefined && this.#restored.has(home)) return true;
    return home !== this.#policy.home(clientKey, now)?.id;
  }
}
