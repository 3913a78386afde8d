// The supervisor's side of the listeners: it holds what its primary has opened, so that clients wait and are not refused when
// the primary dies, and hands it to the next one. It opens none, and accepts nothing.

import { errorMessage } from '@lb/core';
import type { Log } from '../../base/log.ts';
import { DescriptorChannel } from '../../engine/system/descriptor-channel.ts';
import { type Libc, loadLibc, SHUT_RD } from '../../engine/system/libc.ts';
import { watchDescriptor } from '../../engine/system/uv-poll.ts';
import { ListenerReceiver, sendListeners } from '../protocol/listener-messages.ts';

interface Link {
  readonly channel: DescriptorChannel;
  readonly receiver: ListenerReceiver;
  readonly watch: ReturnType<typeof watchDescriptor>;
}

export class ListenerKeeper {
  readonly #libc: Libc;
  readonly #log: Log;
  #kept: readonly number[] = [];
  #link: Link | undefined;

  private constructor(libc: Libc, log: Log) {
    this.#libc = libc;
    this.#log = log;
  }

  /** Undefined where there is no binding: a primary's listeners then end with it. */
  static create(log: Log): ListenerKeeper | undefined {
    const libc = loadLibc();
    return libc instanceof Error ? undefined : new ListenerKeeper(libc, log);
  }

  /** Descriptors of the listeners that are held. */
  get kept(): readonly number[] {
    return this.#kept;
  }

  /**
   * Begins with a new primary, to which it sends what it holds. Each has a channel of its own: whatever of a dead primary still
   * has the last one says nothing for the next.
   * @returns the primary's end, to be inherited and then closed with `closeHere`; undefined where the system gives none
   */
  link(): number | undefined {
    this.unlink();
    return this.#attempt(() => this.#open());
  }

  /** Closes this process's copy of the end that a primary has inherited. */
  closeHere(primaryEnd: number): void {
    this.#libc.close(primaryEnd);
  }

  /** The primary is gone: takes what it has sent last, and no more. */
  unlink(): void {
    if (!this.#link) return;
    this.#receive(this.#link);
    const { channel, receiver, watch } = this.#link;
    this.#link = undefined;
    watch.close();
    receiver.close();
    channel.close();
  }

  /** Closes all that it holds. Once nobody else has them, clients are refused. */
  release(): void {
    for (const fd of this.#kept) this.#libc.close(fd);
    this.#kept = [];
  }

  /** Has clients refused now, also where a worker that hangs still has the listeners. */
  shutDown(): void {
    for (const fd of this.#kept) this.#libc.shutdown(fd, SHUT_RD);
    this.release();
  }

  #open(): number {
    const [own, primary] = DescriptorChannel.pair(this.#libc);
    const channel = new DescriptorChannel(this.#libc, own);
    const receiver = new ListenerReceiver(this.#libc, channel);
    const watch = watchDescriptor(this.#libc.koffi, own, () => this.#receive(link));
    const link: Link = { channel, receiver, watch };
    this.#link = link;
    watch.start();
    if (this.#kept.length > 0) this.#attempt(() => sendListeners(channel, this.#kept));
    return primary;
  }

  #receive({ receiver, watch }: Link): void {
    const goesOn = this.#attempt(() =>
      receiver.receive((fds) => {
        this.release();
        this.#kept = fds;
      }),
    );
    if (goesOn === false) watch.stop();
  }

  #attempt<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      const reason = errorMessage(error);
      this.#log.warn({ reason }, `the primary's listeners are not held as they should be: ${reason}`);
      return undefined;
    }
  }
}
