// One socket of a connection: registered once, and owned by one after the other of those who handle it on its way.
import { EPOLLET, EPOLLIN, EPOLLOUT, EPOLLRDHUP } from '../system/libc.ts';
import type { Kernel } from './kernel.ts';
import type { Watched } from './reactor.ts';

/** What both sides of a connection are registered for, once and for all. */
export const ALL_EDGES = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

export interface SocketOwner {
  ready(socket: Socket, events: number): void;
}

export class Socket implements Watched {
  readonly fd: number;
  readonly isTcp: boolean;
  generation = 0;
  owner: SocketOwner;
  /** Events that came before the relay, when nobody read yet. */
  early = 0;
  /** What this socket did not take yet. Its peer isn't read until it is out. */
  pending: Buffer | undefined;
  /** Bytes that the kernel has taken for it since its relay began. */
  sent = 0;
  /** Its last byte has been read. */
  ended = false;
  /** Its share is used up, and the next one is to come. */
  isDue = false;
  /** Whether its keep-alive was set by a controller, and so is not the relay's to set. */
  hasOwnKeepAlive = false;
  /** Whether it stands for a connection in the budget of descriptors. */
  takesRoom = false;
  readonly #kernel: Kernel;

  constructor(kernel: Kernel, fd: number, owner: SocketOwner, isTcp: boolean) {
    this.#kernel = kernel;
    this.fd = fd;
    this.owner = owner;
    this.isTcp = isTcp;
  }

  ready(events: number): void {
    this.owner.ready(this, events);
  }

  /** Closes it: with FIN, or with RST where bytes that came were not read. */
  close(): void {
    this.#kernel.reactor.remove(this, false);
    this.#kernel.libc.close(this.fd);
    if (this.takesRoom) this.#kernel.budget.give();
  }

  /** Closes it with RST. */
  reset(): void {
    this.#kernel.libc.resetOnClose(this.fd);
    this.close();
  }
}
