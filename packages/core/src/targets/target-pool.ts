// The list of targets, and the record of each. It decides nothing about clients or health.

import type { HashKey } from '../hashing/hash.ts';
import type { TargetOptions } from './target-options.ts';
import { targetId } from './target-options.ts';
import { TargetRecord } from './target-record.ts';

export class TargetPool {
  /** The key of the targets' hashes. */
  readonly hashKey: HashKey;
  #targets: readonly TargetRecord[] = [];
  #known = new Map<string, TargetRecord>();

  constructor(hashKey: HashKey) {
    this.hashKey = hashKey;
  }

  /** The targets in the order of the list. A snapshot: a change of the list makes another one. */
  get targets(): readonly TargetRecord[] {
    return this.#targets;
  }

  get(id: string): TargetRecord | undefined {
    const target = this.#known.get(id);
    return target?.mode === 'removed' ? undefined : target;
  }

  /**
   * Replaces the list in one step. A target that stays keeps its state; one that comes back while something still counts on it
   * keeps its health and counts, and is enabled. A target named twice gets the weights of both.
   */
  setTargets(list: readonly TargetOptions[]): void {
    const next = new Map<string, TargetRecord>();
    for (const options of list) {
      const id = targetId(options);
      const weight = options.weight ?? 1;
      const listed = next.get(id);
      if (listed) {
        listed.weight += weight;
        continue;
      }
      const target = this.#known.get(id) ?? new TargetRecord(options, this.hashKey);
      target.options = options;
      target.weight = weight;
      if (target.mode === 'removed') target.mode = 'enabled';
      next.set(id, target);
    }
    this.#targets = [...next.values()];
    for (const [id, target] of this.#known) {
      if (next.has(id)) continue;
      target.mode = 'removed';
      if (target.connections > 0 || target.sessions > 0) next.set(id, target);
    }
    this.#known = next;
  }
}
