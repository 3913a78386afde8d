// The memory in which the workers count together, and who has which part of it.
import { randomBytes } from 'node:crypto';
import type { WorkerId } from '@lb/core';
import type { Libc } from '../libc.ts';
import { MOST_REGIONS, SharedCounts, sharedBytes } from '../limits/shared-counts.ts';
import { createSharedMemory, mapSharedMemory } from '../limits/shared-memory.ts';

export class SharedRegions {
  /** Of the memory, to be handed down to workers. */
  readonly descriptor: number;
  /** A secret, so that nobody can tell which clients share a place in the tables. */
  readonly seed: string = randomBytes(16).toString('hex');
  readonly #libc: Libc;
  readonly #memory: ArrayBuffer;
  readonly #owners: (WorkerId | undefined)[] = new Array(MOST_REGIONS).fill(undefined);

  constructor(libc: Libc) {
    this.#libc = libc;
    const bytes = sharedBytes(MOST_REGIONS);
    this.descriptor = createSharedMemory(libc, bytes);
    this.#memory = mapSharedMemory(libc, this.descriptor, bytes);
  }

  /** @returns a part for a worker; `undefined` when all are taken, and it has to count by itself */
  take(worker: WorkerId): number | undefined {
    const region = this.#owners.indexOf(undefined);
    if (region < 0) return undefined;
    this.#owners[region] = worker;
    SharedCounts.allot(this.#memory, region);
    return region;
  }

  close(): void {
    this.#libc.close(this.descriptor);
  }

  /** What a worker has counted is over: it is gone. */
  free(worker: WorkerId): void {
    const region = this.#owners.indexOf(worker);
    if (region < 0) return;
    SharedCounts.clear(this.#memory, region);
    this.#owners[region] = undefined;
  }
}
