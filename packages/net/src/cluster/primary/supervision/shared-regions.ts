// The memory in which the workers count together and show that they live, and who has which part of it. Runs in the primary.
import { randomBytes } from 'node:crypto';
import { errorMessage, type WorkerId } from '@lb/core';
import type { Log } from '../../../base/log.ts';
import { type Libc, loadLibc } from '../../../engine/system/libc.ts';
import { createSharedMemory, mapSharedMemory } from '../../../engine/system/shared-memory.ts';
import { MOST_REGIONS, SharedCounts } from '../../../proxy/limits/shared-counts.ts';
import type { WorkerInit } from '../../protocol/messages.ts';
import { CLUSTER_BYTES, Pulse } from '../../protocol/pulse.ts';

export class SharedRegions {
  /** Of the memory, to be handed down to workers. */
  readonly descriptor: number;
  /** A secret, so that nobody can tell which clients share a place in the tables. */
  readonly #seed: string = randomBytes(16).toString('hex');
  readonly #libc: Libc;
  readonly #memory: ArrayBuffer;
  readonly #owners: (WorkerId | undefined)[] = new Array(MOST_REGIONS).fill(undefined);

  /** @throws {BalancerError} with the system's code, when the system gives no such memory */
  constructor(libc: Libc) {
    this.#libc = libc;
    this.descriptor = createSharedMemory(libc, CLUSTER_BYTES);
    try {
      this.#memory = mapSharedMemory(libc, this.descriptor, CLUSTER_BYTES);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** `undefined`, with a warning, where the system gives no such memory, as with `ulimit -f`, and without the libc binding. */
  static open(log: Log, libc = loadLibc()): SharedRegions | undefined {
    if (libc instanceof Error) return undefined;
    try {
      return new SharedRegions(libc);
    } catch (error) {
      const reason = errorMessage(error);
      log.warn(
        { reason },
        `no shared memory for the workers (${reason}): each of them counts for itself what is limited`,
      );
      return undefined;
    }
  }

  /**
   * @param descriptor of the memory, as the worker knows it
   * @returns a part for a worker; `undefined` when all are taken, and it has to count by itself
   */
  take(worker: WorkerId, descriptor: number | undefined): WorkerInit['shared'] {
    if (descriptor === undefined) return undefined;
    const region = this.#owners.indexOf(undefined);
    if (region < 0) return undefined;
    this.#owners[region] = worker;
    SharedCounts.allot(this.#memory, region);
    return { descriptor, region, seed: this.#seed };
  }

  close(): void {
    this.#libc.close(this.descriptor);
  }

  /** The sign of life of a worker; `undefined` of one that has no part. */
  pulse(worker: WorkerId): Pulse | undefined {
    const region = this.#owners.indexOf(worker);
    return region < 0 ? undefined : new Pulse(this.#memory, region);
  }

  /** What a worker has counted is over: it is gone. */
  free(worker: WorkerId): void {
    const region = this.#owners.indexOf(worker);
    if (region < 0) return;
    new Pulse(this.#memory, region).clear();
    SharedCounts.clear(this.#memory, region);
    this.#owners[region] = undefined;
  }
}
