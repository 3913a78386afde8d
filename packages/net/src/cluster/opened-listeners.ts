// The listeners that the primary has opened, each set until the last worker has ceased to accept from it. Closed while clients
// wait in its queue, a listener would reset them; kept open without anybody who accepts, it would leave them waiting.
import { loadLibc } from '../libc.ts';
import type { ResolvedOptions } from '../options/index.ts';
import type { Listeners } from './listeners.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** Where to listen, as a config says it. */
type Address = Pick<ResolvedOptions, 'sourceHost' | 'sourcePort'>;

export class OpenedListeners {
  #sets: readonly { readonly listeners: Listeners; readonly address: Address }[] = [];

  add(listeners: Listeners | undefined, { sourceHost, sourcePort }: Address): void {
    if (!listeners || this.#sets.some((set) => set.listeners === listeners)) return;
    this.#sets = [...this.#sets, { listeners, address: { sourceHost, sourcePort } }];
  }

  /** Those that were opened for an address. */
  find({ sourceHost, sourcePort }: Address): Listeners | undefined {
    return this.#sets.find(({ address }) => address.sourceHost === sourceHost && address.sourcePort === sourcePort)
      ?.listeners;
  }

  /** Whether a port is held at some address: nothing else can be bound to it then, not even by ourselves. */
  holdsPort(port: number): boolean {
    return this.#sets.some(({ listeners }) => listeners.port === port);
  }

  /** @param next those that new workers will accept from */
  closeUnused(slots: readonly WorkerSlot[], next: Listeners | undefined): void {
    const libc = loadLibc();
    if (libc instanceof Error) return;
    // A place that waits for its next worker will need them, too.
    const inUse = slots.filter((slot) => slot.accepting || slot.state === 'waiting').map((slot) => slot.listeners);
    const unused = this.#sets.filter(({ listeners }) => listeners !== next && !inUse.includes(listeners.fds));
    this.#sets = this.#sets.filter((set) => !unused.includes(set));
    for (const { listeners } of unused) for (const fd of listeners.fds) libc.close(fd);
  }
}
