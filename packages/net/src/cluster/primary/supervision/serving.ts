// Which worker serves which listeners just now. Sends each worker the news when its listeners change. Runs in the primary.
import type { WorkerId } from '@lb/core';
import { shareListeners } from './share-listeners.ts';
import type { WorkerSlot } from './worker-slot.ts';

export class Serving {
  #serving = new Map<WorkerSlot, readonly number[]>();
  /** What each worker was sent last. */
  readonly #sent = new Map<WorkerId, string>();

  /** The listeners that a worker accepts from. */
  of(slot: WorkerSlot): readonly number[] {
    return this.#serving.get(slot) ?? [];
  }

  /**
   * To be called when a worker has become ready, silent or neither. While listeners move, some workers still have the old set.
   * @param isSilent whether a worker may be hanging
   */
  share(slots: readonly WorkerSlot[], isSilent: (worker: WorkerId) => boolean): void {
    const serving = slots.map((): number[] => []);
    const silent = slots.map(({ worker }) => isSilent(worker));
    for (const set of new Set(slots.map((slot) => slot.listeners))) {
      if (set.length === 0) continue;
      const ready = slots.map((slot) => slot.state === 'ready' && slot.listeners === set);
      for (const [index, share] of shareListeners(ready, set.length, silent).entries()) serving[index]?.push(...share);
    }
    this.#serving = new Map(slots.map((slot, index) => [slot, serving[index] ?? []]));
    for (const slot of slots) this.#send(slot);
  }

  left(worker: WorkerId): void {
    this.#sent.delete(worker);
  }

  #send(slot: WorkerSlot): void {
    const listeners = this.of(slot);
    if (listeners.length === 0 || this.#sent.get(slot.worker) === listeners.join()) return;
    this.#sent.set(slot.worker, listeners.join());
    slot.send({ type: 'serve', listeners });
  }
}
