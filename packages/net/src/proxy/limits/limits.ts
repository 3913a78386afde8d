// All limits of a balancer, as one process keeps them: of the whole, of a client, of a target.
import { type HashKey, hashKeyFromSeed, hashText, type TargetRecord } from '@lb/core';
import type { ListenerOptions } from '../../options/index.ts';
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
  #most = 0;

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

  boundAll({ maxConnections }: ListenerOptions): void {
    this.#most = maxConnections;
  }

  /** Whether all processes together have as many connections as `maxConnections` allows. */
  get isFull(): boolean {
    return this.#most > 0 && this.#counts.connections >= this.#most;
  }

  /** `undefined` where each client may have as much as it likes. */
  ofClients(options: ListenerOptions): ClientLimits | undefined {
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
