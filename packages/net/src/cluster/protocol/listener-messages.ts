// Listeners on their way between a primary and its supervisor, both ways in the same form: as many messages as they need, each
// with the number of those that are still to come.

import { BalancerError } from '@lb/core';
import type { DescriptorChannel } from '../../engine/system/descriptor-channel.ts';
import { MOST_DESCRIPTORS } from '../../engine/system/descriptor-channel.ts';
import { AF_INET, AF_INET6, type Libc, SOL_SOCKET } from '../../engine/system/libc.ts';

/** Two sets for the most workers there may be: what a reload that moves them needs, twice over. */
const MOST_LISTENERS = 4_096;
/** Messages taken at a time, before others have their turn. */
const MOST_AT_ONCE = 64;
const SO_ACCEPTCONN = 30;
const SO_DOMAIN = 39;

/** @throws {BalancerError} with the system's code */
export function sendListeners(channel: DescriptorChannel, fds: readonly number[]): void {
  let sent = 0;
  do {
    const next = fds.slice(sent, sent + MOST_DESCRIPTORS);
    sent += next.length;
    channel.send(fds.length - sent, next);
  } while (sent < fds.length);
}

/** Puts messages together again, and takes nothing but listeners: the sender may have fewer rights than the receiver. */
export class ListenerReceiver {
  readonly #libc: Libc;
  readonly #channel: DescriptorChannel;
  readonly #getsockopt: (fd: number, level: number, name: number, value: Buffer, length: Buffer) => number;
  #coming: readonly number[] = [];
  /** Whether the rest of a set that was refused is still to come. */
  #isRefusing = false;

  constructor(libc: Libc, channel: DescriptorChannel) {
    this.#libc = libc;
    this.#channel = channel;
    this.#getsockopt = libc.koffi.load(null).func('int getsockopt(int, int, int, void*, void*)');
  }

  /**
   * Takes what waits.
   * @param onSet called with each set that is complete; its descriptors are the caller's own
   * @returns whether more may come
   * @throws {BalancerError} what is wrong with a message; whatever comes of its set is closed, and the next one can be received
   */
  receive(onSet: (fds: readonly number[]) => void): boolean {
    for (let count = 0; count < MOST_AT_ONCE; count += 1) {
      const message = this.#channel.receive();
      if (message === undefined) return true;
      if (message === 'end') return false;
      this.#coming = [...this.#coming, ...message.descriptors];
      const isRest = this.#isRefusing;
      this.#isRefusing = message.note > 0;
      if (isRest) {
        this.close();
        continue;
      }
      if (!message.isWhole) this.#refuse('it came in part only');
      if (this.#coming.length + message.note > MOST_LISTENERS) this.#refuse(`they are more than ${MOST_LISTENERS}`);
      if (!message.descriptors.every((fd) => this.#isListener(fd))) this.#refuse('one is none');
      this.#isRefusing = false;
      if (message.note > 0) continue;
      const set = this.#coming;
      this.#coming = [];
      onSet(set);
    }
    return true;
  }

  /** Closes what has come of a set that isn't complete. */
  close(): void {
    for (const fd of this.#coming) this.#libc.close(fd);
    this.#coming = [];
  }

  #isListener(fd: number): boolean {
    const family = this.#option(fd, SO_DOMAIN);
    return (family === AF_INET || family === AF_INET6) && this.#option(fd, SO_ACCEPTCONN) === 1;
  }

  /** Undefined where it is no socket. */
  #option(fd: number, name: number): number | undefined {
    const value = Buffer.alloc(4);
    const failed = this.#getsockopt(fd, SOL_SOCKET, name, value, Buffer.from(Uint32Array.of(4).buffer)) < 0;
    return failed ? undefined : value.readInt32LE();
  }

  #refuse(why: string): never {
    this.close();
    throw new BalancerError(`listeners were handed over and not taken: ${why}`, {
      code: 'UNFIT_LISTENERS',
    });
  }
}
