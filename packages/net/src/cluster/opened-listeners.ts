// The listeners that the primary has opened, each set until the last worker has ceased to accept from it. Closed while clients
// wait in its queue, a listener would reset them; kept open without anybody who accepts, it would leave them waiting.
import { loadLibc } from '../libc.ts';
import type { Listeners } from './listeners.ts';
import type { WorkerSlot } from './worker-slot.ts';

export class OpenedListeners {
  #sets: readonly Listeners[] = [];

  add(listeners: Listeners | undefined): void {
    if (listeners && !this.#sets.includes(listeners)) this.#sets = [...this.#sets, listeners];
  }

  /** @param next those that new workers will accept from */
  closeUnused(slots: readonly WorkerSlot[], next: Listeners | undefined): void {
    const libc = loadLibc();
    if (libc instanceof Error) return;
    const inUse = slots.filter((slot) => slot.accepting).map((slot) => slot.listeners);
    const unused = this.#sets.filter((listeners) => listeners !== next && !inUse.includes(listeners.fds));
    this.#sets = this.#sets.filter((listeners) => !unused.includes(listeners));
    for (const { fds } of unused) for (const fd of fds) libc.close(fd);
  }
}
