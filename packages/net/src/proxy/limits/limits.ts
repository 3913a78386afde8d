// All limits of a balancer, as one process keeps them: of the whole, of a client, of a target.
import { type HashKey, hashKeyFromSeed, hashText, type TargetRecord } from '@lb/core';
import { descriptorLimit } from '../../engine/system/descriptor-budget.ts';
import type { ResolvedOptions } from '../../options/index.ts';
import { ClientLimits } from './client-limits.ts';
import { SharedCounts, sharedBytes } from './shared-counts.ts';

/** What a worker shares with the others. */
export interface SharedRegion {
  readonly memory: ArrayBuffer;
  /** The number of the part that this process writes. */
  readonly region: number;
  /** A secret of this balancer's, the same in all its processes. */
  readonly seed: string;
}

export class Limits {
  readonly #counts: SharedCounts;
  readonly #hashKey: HashKey;

  /** @param shared absent in a balancer of one process */
  constructor(shared: SharedRegion | undefined) {
    this.#counts = new SharedCounts(shared?.memory ?? new ArrayBuffer(sharedBytes(1)), shared?.region ?? 0);
    this.#hashKey = hashKeyFromSeed(shared?.seed ?? String(Math.random()));
  }

  opened(): void {
    this.#counts.opened();
  }

  closed(): void {
    this.#counts.closed();
  }

  /** Beyond `maxConnections`, listeners accept no more until some have ended. */
  boundAll({ maxConnections }: ResolvedOptions): void {
    descriptorLimit().alsoBoundedBy(maxConnections > 0 ? () => this.#counts.connections >= maxConnections : undefined);
  }

  /** `undefined` where each client may have as much as it likes. */
  ofClients(options: ResolvedOptions): ClientLimits | undefined {
    return ClientLimits.isNeeded(options) ? new ClientLimits(this.#counts, this.#hashKey, options) : undefined;
  }

  /** Has all processes count together what a target with a limit has. */
  boundTargets(targets: readonly TargetRecord[]): void {
    for (const target of targets) {
      if (!target.options.maxConnections || target.onCount) continue;
      const hash = hashText(this.#hashKey, `target ${target.id}`);
      target.onCount = (connections) => this.#counts.set(hash, connections);
      target.elsewhere = () => this.#counts.liveElsewhere(hash);
      target.onCount(target.connections);
    }
  }
}
