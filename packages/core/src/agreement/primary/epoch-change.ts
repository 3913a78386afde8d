// One change from an epoch to the next: what is announced, whose answer is still awaited, and what is done in the end.
import type { PastList } from '../../policies/past-homes.ts';
import type { DecidingHealth } from '../../targets/deciding-health.ts';
import type { TargetOptions } from '../../targets/target-options.ts';
import { targetId } from '../../targets/target-options.ts';
import { TargetPool } from '../../targets/target-pool.ts';
import type { TargetMode } from '../../targets/target-record.ts';
import { applyStates, targetStates } from '../../targets/target-state.ts';
import type { FromPrimary } from '../protocol/agreement-messages.ts';

/** What is asked for, and not begun yet. */
export interface Wanted {
  readonly targets: readonly TargetOptions[];
  /** Target id -> the address that all processes are to connect to. Those that have one only. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly modes: Map<string, Exclude<TargetMode, 'removed'>>;
  /** Suspended targets that are back, with the version of their health then. */
  readonly restored: Map<string, number>;
}

export class EpochChange {
  readonly epoch: number;
  /** Told to all workers when the change begins. */
  readonly announcement: FromPrimary;
  /** The workers that have not answered. */
  readonly awaited: Set<number>;
  readonly wanted: Wanted;
  readonly pastLists: readonly PastList[];
  readonly #next: TargetPool;

  /** @param past the earlier lists that will lead clients, of the targets then */
  constructor(
    epoch: number,
    pool: TargetPool,
    wanted: Wanted,
    workers: Iterable<number>,
    past: (next: TargetPool) => readonly PastList[] = () => [],
  ) {
    this.epoch = epoch;
    this.awaited = new Set(workers);
    this.wanted = wanted;
    this.#next = new TargetPool(pool.hashKey);
    applyStates(this.#next, targetStates(pool.targets));
    this.#rearrange(this.#next);
    this.pastLists = past(this.#next);
    this.announcement = {
      type: 'prepare',
      epoch,
      targets: targetStates(this.#next.targets),
      past: this.pastLists,
      restored: [...wanted.restored.keys()],
    };
  }

  static isNeeded(pool: TargetPool, { targets, addresses, modes, restored }: Wanted): boolean {
    if (listText(targets) !== listText(pool.targets.map(({ options, weight }) => ({ ...options, weight }))))
      return true;
    if (pool.targets.some(({ id, address }) => address !== addresses.get(id))) return true;
    if ([...modes].some(([id, mode]) => pool.get(id) && pool.get(id)?.mode !== mode)) return true;
    return [...restored].some(([id, version]) => pool.get(id)?.health.version === version);
  }

  /** The targets that come back from their suspension, with the version of their health. */
  get restored(): ReadonlyMap<string, number> {
    return this.wanted.restored;
  }

  /** Whether a target will keep the sessions it has. */
  keepsSessions(id: string): boolean {
    return this.#next.get(id)?.keepsSessions ?? false;
  }

  /** What was suspended anew since the change began stays so. */
  apply(pool: TargetPool, health: DecidingHealth): void {
    this.#rearrange(pool);
    for (const [id, version] of this.wanted.restored) {
      const target = pool.get(id);
      if (target?.health.version === version) health.restore(target);
    }
  }

  #rearrange(pool: TargetPool): void {
    pool.setTargets(this.wanted.targets);
    for (const target of pool.targets) target.address = this.wanted.addresses.get(target.id);
    for (const [id, mode] of this.wanted.modes) {
      const target = pool.get(id);
      if (target) target.mode = mode;
    }
  }
}

/** A list in a form that is the same for lists that mean the same; also their order counts, since people see it. */
function listText(targets: readonly TargetOptions[]): string {
  const merged = new Map<string, TargetOptions>();
  for (const target of targets) {
    const id = targetId(target);
    const weight = (merged.get(id)?.weight ?? 0) + (target.weight ?? 1);
    merged.set(id, { ...(merged.get(id) ?? target), weight });
  }
  return JSON.stringify([...merged.values()]);
}
