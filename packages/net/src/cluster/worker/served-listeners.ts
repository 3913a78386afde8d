// A worker's side of the listeners: which of the inherited ones it accepts from just now.

import type { Libc } from '../../engine/system/libc.ts';
import type { Balancer } from '../../proxy/balancer.ts';
import type { Accepting } from '../../proxy/listener.ts';

/** ms after which a worker that leaves accepts no more, even if clients keep coming faster than it takes them. */
const LONGEST_EMPTYING = 2_000;

export class ServedListeners {
  readonly port: number;
  readonly #balancer: Balancer;
  readonly #libc: Libc;
  readonly #inherited: readonly number[];
  readonly #open = new Map<number, Accepting>();
  #turn: Promise<void> = Promise.resolve();

  /** @param inherited the descriptors of all listeners; they are closed with this, and not before */
  constructor(balancer: Balancer, libc: Libc, inherited: readonly number[], port: number) {
    this.port = port;
    this.#balancer = balancer;
    this.#libc = libc;
    this.#inherited = inherited;
    for (const fd of inherited) libc.closeOnExec(fd);
  }

  /**
   * Accepts from these listeners and from no others. One change at a time, in the order in which they were asked for.
   * @throws {Error} with the system's code; what could be done has been done
   */
  serve(indices: readonly number[]): Promise<void> {
    this.#turn = this.#turn.catch(() => {}).then(() => this.#change(new Set(indices)));
    return this.#turn;
  }

  /** Takes what waits in the queues of all listeners, then closes them. */
  async empty(): Promise<void> {
    // Those that this process has no descriptor left for are left to other workers.
    await this.serve([...this.#inherited.keys()]).catch(() => {});
    const deadline = performance.now() + LONGEST_EMPTYING;
    // libuv takes a single connection from each listener in a turn of the loop.
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.#inherited.some((fd) => this.#libc.isReadable(fd)) && performance.now() < deadline);
    await this.close();
  }

  /** Accepts no more, and leaves what waits to others. */
  async close(): Promise<void> {
    await this.serve([]);
    for (const fd of this.#inherited) this.#libc.close(fd);
  }

  async #change(wanted: ReadonlySet<number>): Promise<void> {
    for (const [index, listener] of this.#open) {
      if (wanted.has(index)) continue;
      this.#open.delete(index);
      await listener.close();
    }
    for (const index of wanted) {
      if (this.#open.has(index)) continue;
      const fd = this.#libc.duplicate(this.#inherited[index] as number);
      this.#open.set(index, await this.#balancer.accept({ fd }));
    }
  }
}
