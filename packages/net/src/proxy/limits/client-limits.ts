// How much of the balancer one client may have: connections open, and connections begun. For the whole balancer, whichever
// worker the client meets.
import { type HashKey, hashText } from '@lb/core';
import type { ListenerOptions } from '../../options/index.ts';
import type { ClientHash } from './client-table.ts';
import type { Counted, SharedCounts } from './shared-counts.ts';

export type Excess = 'connections' | 'rate';

/** A connection's part of its client's limits, counted until it is released. */
export class ClientSlot {
  readonly #counts: SharedCounts;
  #counted: Counted | undefined;

  constructor(counts: SharedCounts, counted: Counted | undefined) {
    this.#counts = counts;
    this.#counted = counted;
  }

  /** Calls after the first do nothing. */
  release(): void {
    if (this.#counted !== undefined) this.#counts.end(this.#counted);
    this.#counted = undefined;
  }
}

export class ClientLimits {
  readonly #counts: SharedCounts;
  readonly #hashKey: HashKey;
  readonly #most: number;
  readonly #burst: number;
  /** ms in which a client may begin as many connections as the burst has. */
  readonly #window: number;

  /** @param hashKey a secret: who knows it can make others share his limits */
  constructor(
    counts: SharedCounts,
    hashKey: HashKey,
    { maxConnectionsPerClient, connectionRatePerClient: rate }: ClientLimitOptions,
  ) {
    this.#counts = counts;
    this.#hashKey = hashKey;
    this.#most = maxConnectionsPerClient || Number.POSITIVE_INFINITY;
    this.#burst = rate?.burst ?? Number.POSITIVE_INFINITY;
    this.#window = rate ? (rate.burst / rate.perSecond) * 1_000 : 60_000;
  }

  static isNeeded({ maxConnectionsPerClient, connectionRatePerClient }: ClientLimitOptions): boolean {
    return maxConnectionsPerClient > 0 || connectionRatePerClient !== undefined;
  }

  /** Counts one more connection of a client, or says what it would be too much of. @param now ms, of a clock all processes share */
  take(clientKey: string, now: number): ClientSlot | Excess {
    const client: ClientHash = hashText(this.#hashKey, clientKey);
    const windows = now / this.#window;
    if (this.#counts.live(client) >= this.#most) return 'connections';
    if (this.#counts.begunLately(client, windows) + 1 > this.#burst) return 'rate';
    return new ClientSlot(this.#counts, this.#counts.begin(client, windows));
  }
}

type ClientLimitOptions = Pick<ListenerOptions, 'maxConnectionsPerClient' | 'connectionRatePerClient'>;
