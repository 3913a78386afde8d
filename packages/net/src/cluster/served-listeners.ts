// A worker's side of the listeners: which of the inherited ones it accepts from just now.
import type { Balancer } from '../balancer.ts';
import type { Listener } from '../engine.ts';
import type { Libc } from '../libc.ts';

export class ServedListeners {
  readonly port: number;
  readonly #balancer: Balancer;
  readonly #libc: Libc;
  readonly #inherited: readonly number[];
  readonly #open = new Map<number, Listener>();
  #turn: Promise<void> = Promise.resolve();

  /** @param inherited the descriptors of all listeners; they are closed with this, and not before */
  constructor(balancer: Balancer, libc: Libc, inherited: readonly number[], port: number) {
    this.port = port;
    this.#balancer = balancer;
    this.#libc = libc;
    this.#inherited = inherited;
    for (const fd of inherited) libc.closeOnExec(fd);
  }

  /** Accepts from these listeners and from no others. One change at a time, in the order in which they were asked for. */
  serve(indices: readonly number[]): Promise<void> {
    this.#turn = this.#turn.then(() => this.#change(new Set(indices)));
    return this.#turn;
  }

  /** Takes what waits in the queues of all listeners, then closes them. */
  async empty(): Promise<void> {
    await this.serve([...this.#inherited.keys()]);
    // A turn of the loop asks the kernel for all that waits.
    for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
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
