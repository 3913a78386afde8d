// A worker's side of the listeners: which of the inherited ones it accepts from just now.
import { errorCode, errorMessage } from '@lb/core';
import type { Log } from '../../base/log.ts';
import type { Libc } from '../../engine/system/libc.ts';
import { endProcess } from '../../engine/system/process/end-process.ts';
import type { Balancer } from '../../proxy/balancer.ts';
import type { Accepting } from '../../proxy/listener.ts';

/** ms after which a worker without a free descriptor tries again to serve a listener. */
const SERVE_AGAIN = 1_000;

/** ms after which a worker that leaves accepts no more, even if clients keep coming faster than it takes them. */
const LONGEST_EMPTYING = 2_000;

export interface ServedListenersMeans {
  readonly balancer: Pick<Balancer, 'accept'>;
  readonly libc: Pick<Libc, 'closeOnExec' | 'close' | 'duplicate' | 'isReadable'>;
  /** The descriptors of all listeners; they are closed with this, and not before. */
  readonly inherited: readonly number[];
  readonly port: number;
  readonly log: Log;
  /** Whether this worker has no primary and has stood still: by now, those of the next primary may serve, and know better where clients go. */
  readonly isOutdated: () => boolean;
}

export class ServedListeners {
  readonly #means: ServedListenersMeans;
  readonly #open = new Map<number, Accepting>();
  #wanted: readonly number[] = [];
  /** Whether its primary has had it accept: then it has heard where clients are. */
  #isInUse = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(means: ServedListenersMeans) {
    this.#means = means;
    for (const fd of means.inherited) means.libc.closeOnExec(fd);
  }

  get port(): number {
    return this.#means.port;
  }

  /** Accepts from these listeners and from no others. The process ends if it can't, unless it lacks descriptors: then it tries again. */
  serve(indices: readonly number[]): void {
    this.#isInUse = true;
    this.#serve(indices).catch((error: unknown) => {
      const code = errorCode(error);
      this.#means.log.error({ code, listeners: indices }, `cannot accept connections: ${errorMessage(error)}`);
      // Open connections must not end because there are many of them.
      if (code !== 'EMFILE' && code !== 'ENFILE') endProcess(1);
      setTimeout(() => this.#wanted === indices && this.serve(indices), SERVE_AGAIN);
    });
  }

  /** Takes what waits in the queues of all listeners, then closes them. If it is outdated, or not in use yet, it leaves what waits to others. */
  async empty(): Promise<void> {
    const { inherited, libc, isOutdated } = this.#means;
    if (!this.#isInUse || isOutdated()) return this.close();
    // Those that this process has no descriptor left for are left to other workers.
    await this.#serve([...inherited.keys()]).catch(() => {});
    const deadline = performance.now() + LONGEST_EMPTYING;
    // libuv takes a single connection from each listener in a turn of the loop.
    do await new Promise((resolve) => setImmediate(resolve));
    while (!isOutdated() && inherited.some((fd) => libc.isReadable(fd)) && performance.now() < deadline);
    await this.close();
  }

  /** Accepts no more, and leaves what waits to others. */
  async close(): Promise<void> {
    await this.#serve([]);
    for (const fd of this.#means.inherited) this.#means.libc.close(fd);
  }

  /** One change at a time, in the order in which they were asked for. @throws {Error} with the system's code; what could be done has been done */
  #serve(indices: readonly number[]): Promise<void> {
    this.#wanted = indices;
    this.#turn = this.#turn.catch(() => {}).then(() => this.#change(new Set(indices)));
    return this.#turn;
  }

  async #change(wanted: ReadonlySet<number>): Promise<void> {
    const { balancer, libc, inherited } = this.#means;
    for (const [index, listener] of this.#open) {
      if (wanted.has(index)) continue;
      this.#open.delete(index);
      await listener.close();
    }
    for (const index of wanted) {
      if (this.#open.has(index)) continue;
      const fd = libc.duplicate(inherited[index] as number);
      this.#open.set(index, await balancer.accept({ fd }));
    }
  }
}
