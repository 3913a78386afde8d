// The listeners that the primary has opened, each set until the last worker has ceased to accept from it. Closed while clients
// wait in its queue, a listener would reset them; kept open without anybody who accepts, it would leave them waiting.
import { loadLibc, SHUT_RD } from '../../../engine/system/libc.ts';
import type { Listeners } from '../../../engine/system/listening-sockets.ts';
import type { ListenerOptions } from '../../../options/index.ts';
import type { WorkerSlot } from '../supervision/worker-slot.ts';

/** Where to listen, as a config says it. */
type Address = Pick<ListenerOptions, 'sourceHost' | 'sourcePort'>;

interface OpenedSet {
  readonly listeners: Listeners;
  readonly address: Address;
}

export class OpenedListeners {
  readonly #onNeeded: (fds: readonly number[]) => void;
  #sets: readonly OpenedSet[] = [];
  #needed = '';

  /** @param onNeeded called with the descriptors that a successor of this process needs, whenever these change */
  constructor(onNeeded: (fds: readonly number[]) => void = () => {}) {
    this.#onNeeded = onNeeded;
  }

  add(listeners: Listeners | undefined, { sourceHost, sourcePort }: Address): void {
    if (!listeners || this.#sets.some((set) => set.listeners === listeners)) return;
    this.#sets = [...this.#sets, { listeners, address: { sourceHost, sourcePort } }];
    this.#tell(this.#sets);
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
    // Those of workers that leave are needed by nobody else: who still waits in their queues is served by them. Told first, so
    // that no client comes to wait in a queue that only the other side holds open.
    const staying = slots.filter(({ state }) => state !== 'draining' && state !== 'gone').map((slot) => slot.listeners);
    this.#tell(this.#sets.filter(({ listeners }) => listeners === next || staying.includes(listeners.fds)));
    // A place that waits for its next worker will need them, too.
    const inUse = slots.filter((slot) => slot.accepting || slot.state === 'waiting').map((slot) => slot.listeners);
    const unused = this.#sets.filter(({ listeners }) => listeners !== next && !inUse.includes(listeners.fds));
    this.#sets = this.#sets.filter((set) => !unused.includes(set));
    for (const fd of unused.flatMap(({ listeners }) => listeners.fds)) {
      // A worker that hangs may still have it open, of an earlier primary, too: shut down, it holds no port and lets nobody wait.
      libc.shutdown(fd, SHUT_RD);
      libc.close(fd);
    }
  }

  #tell(sets: readonly OpenedSet[]): void {
    const fds = sets.flatMap(({ listeners }) => listeners.fds);
    if (fds.join() === this.#needed) return;
    this.#needed = fds.join();
    this.#onNeeded(fds);
  }
}
