// Moving bytes between two sockets. They rest in the kernel: what is read is sent at once, and only what a slow reader does not
// take is kept, at most one scratch buffer a direction, while its source is not read.

import type { Guarded } from '../deadlines.ts';
import type { Relay, RelayDeadlines, RelayObserver, RelayReport } from '../engine.ts';
import { keepAlive } from '../keep-alive.ts';
import {
  EAGAIN,
  EPOLLERR,
  EPOLLHUP,
  EPOLLOUT,
  EPOLLRDHUP,
  MSG_NOSIGNAL,
  type Pointer,
  SHUT_WR,
} from '../system/libc.ts';
import { type Kernel, SCRATCH_SIZE } from './kernel.ts';
import type { Socket, SocketOwner } from './socket.ts';

/** ms after which a connection counts as one that lasts. Keep-alive is set then: for a brief one it would cost more than it brings. */
const LASTING = 1_000;
/** Scratch buffers that one direction may move before the others have their turn. */
const SHARE = 4;

export class EpollRelay implements Relay, RelayReport, SocketOwner, Guarded {
  slot = -1;
  endedBy: RelayReport['endedBy'] = 'balancer';
  ending: RelayReport['ending'] = 'fin';
  readonly #kernel: Kernel;
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #deadlines: RelayDeadlines;
  readonly #observer: RelayObserver;
  #timeout = 0;
  #silentUntil = Number.POSITIVE_INFINITY;
  #lastsFrom = performance.now() + LASTING;
  #over = false;

  constructor(
    kernel: Kernel,
    client: Socket,
    target: Socket,
    deadlines: RelayDeadlines,
    observer: RelayObserver,
    head?: Buffer,
  ) {
    this.#kernel = kernel;
    this.#client = client;
    this.#target = target;
    this.#deadlines = deadlines;
    this.#observer = observer;
    client.owner = target.owner = this;
    kernel.quiet.add(this);
    this.#expectBytesWithin(deadlines.idleTimeout);
    if (head) this.#sendHead(head);
    // What came before is not announced again.
    if (client.early !== 0 && !this.#over) this.#read(client, client.early);
    if (target.early !== 0 && !this.#over) this.#read(target, target.early);
  }

  ready(socket: Socket, events: number): void {
    if (events & EPOLLOUT && socket.pending) this.#flush(socket, socket.pending);
    if (!this.#over && events & ~EPOLLOUT) this.#read(socket, events);
  }

  get bytesToTarget(): number {
    return Math.max(this.#target.sent, 0); // less while the head is not out
  }

  get bytesToClient(): number {
    return this.#client.sent;
  }

  close(): void {
    this.#end('balancer', 'fin');
  }

  reset(): void {
    this.#end('balancer', 'reset');
  }

  get deadline(): number {
    return Math.min(this.#lastsFrom, this.#silentUntil);
  }

  expired(now: number): void {
    if (now >= this.#silentUntil) return this.#end('balancer', 'timeout');
    this.#lastsFrom = Number.POSITIVE_INFINITY;
    for (const { fd, isTcp, hasOwnKeepAlive } of [this.#client, this.#target]) {
      if (isTcp && !hasOwnKeepAlive) keepAlive(this.#kernel.libc, fd);
    }
    if (this.#timeout > 0) this.#kernel.quiet.add(this);
  }

  /** One call takes it out, with what the client has sent already. */
  #sendHead(head: Buffer): void {
    const { libc, scratch, scratchPointer } = this.#kernel;
    scratch.set(head);
    const most = SCRATCH_SIZE - head.length;
    const got = this.#client.early === 0 ? 0 : libc.recv(this.#client.fd, scratchPointer + head.length, most);
    if (got < 0 && !this.#mayGoOn()) return this.#broke(this.#client);
    // An end stays where it is: reading goes on, and finds it.
    const length = head.length + Math.max(got, 0);
    this.#target.sent = -head.length;
    const sent = this.#send(this.#target, scratchPointer, length);
    if (sent < length) this.#keep(this.#target, sent, length);
  }

  #read(from: Socket, events: number): void {
    if (from.ended) {
      // Nothing more can come; but an error says that the other side is gone for good.
      if (events & EPOLLERR) this.#broke(from);
      return;
    }
    // It has had its share, and will have the next one soon; but what is broken is over now.
    if (from.isDue && !(events & EPOLLERR)) return;
    const to = this.#other(from);
    if (!to.pending) this.#pump(from, to, (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) !== 0);
    // Its reader is too slow to be waited for: what it sent last is lost, as it would be without us.
    else if (events & EPOLLERR) this.#broke(from);
  }

  /**
   * Moves bytes until there are none, the reader takes no more, or the share is used up.
   * @param toTheEnd whether a short read is followed by another: after a hang-up no further event would tell the end
   */
  #pump(from: Socket, to: Socket, toTheEnd: boolean): void {
    const { libc, scratchPointer } = this.#kernel;
    for (let share = SHARE; share > 0; share -= 1) {
      const got = libc.recv(from.fd, scratchPointer, SCRATCH_SIZE);
      if (got <= 0) return got === 0 ? this.#ended(from, to) : this.#failed(from);
      const sent = this.#send(to, scratchPointer, got);
      this.#heard();
      if (sent < got) return this.#keep(to, sent, got);
      if (got < SCRATCH_SIZE && !toTheEnd) return; // the socket is empty, and the next byte will be announced
    }
    this.#goOnLater(from, to);
  }

  /** Once: who is served twice while others wait takes their share. */
  #goOnLater(from: Socket, to: Socket): void {
    if (from.isDue) return;
    from.isDue = true;
    this.#kernel.reactor.postpone(() => {
      from.isDue = false;
      if (!this.#over && !to.pending && !from.ended) this.#pump(from, to, true);
    });
  }

  /** Keeps what a reader did not take. */
  #keep(to: Socket, sent: number, got: number): void {
    if (sent < 0 && !this.#mayGoOn()) return this.#broke(to);
    to.pending = Buffer.from(this.#kernel.scratch.subarray(Math.max(sent, 0), got));
  }

  /** Sends what was kept, and reads on from the other side once it is out. */
  #flush(to: Socket, pending: Buffer): void {
    const { libc } = this.#kernel;
    const sent = this.#send(to, libc.pointer(pending), pending.length);
    if (sent < 0) return this.#failed(to);
    this.#heard();
    to.pending = sent < pending.length ? pending.subarray(sent) : undefined;
    const from = this.#other(to);
    if (!to.pending && !from.isDue) this.#pump(from, to, true);
  }

  /** @returns how many bytes the kernel has taken; less than 0 when the call failed */
  #send(to: Socket, pointer: Pointer, length: number): number {
    const sent = this.#kernel.libc.send(to.fd, pointer, length, MSG_NOSIGNAL);
    if (sent > 0) to.sent += sent;
    return sent;
  }

  /** A call on a socket has failed. */
  #failed(socket: Socket): void {
    if (!this.#mayGoOn()) this.#broke(socket);
  }

  /** Whether the last call failed only because there was nothing to do just now. */
  #mayGoOn(): boolean {
    return this.#kernel.libc.errno() === EAGAIN;
  }

  #ended(from: Socket, to: Socket): void {
    from.ended = true;
    if (to.ended) return this.#end(this.#sideOf(to), 'fin');
    // The other side's end may be among what is ready: then closing says it all, and a call is saved. Should the call fail, the
    // socket was reset, and an event will tell.
    this.#kernel.reactor.postpone(() => this.#over || this.#kernel.libc.shutdown(to.fd, SHUT_WR));
    const { halfCloseTimeout, idleTimeout } = this.#deadlines;
    this.#expectBytesWithin(Math.min(idleTimeout || halfCloseTimeout, halfCloseTimeout || idleTimeout));
  }

  #expectBytesWithin(timeout: number): void {
    this.#timeout = timeout;
    if (timeout === 0) return;
    this.#heard();
    this.#kernel.quiet.add(this);
  }

  /** A byte has moved: the silence begins anew. */
  #heard(): void {
    if (this.#timeout > 0) this.#silentUntil = performance.now() + this.#timeout;
  }

  #broke(socket: Socket): void {
    this.#end(this.#sideOf(socket), 'reset');
  }

  #other(socket: Socket): Socket {
    return socket === this.#client ? this.#target : this.#client;
  }

  #sideOf(socket: Socket): 'client' | 'target' {
    return socket === this.#client ? 'client' : 'target';
  }

  #end(by: RelayReport['endedBy'], ending: RelayReport['ending']): void {
    if (this.#over) return;
    this.#over = true;
    this.endedBy = by;
    this.ending = ending;
    this.#kernel.quiet.delete(this);
    this.#observer.ending();
    for (const socket of [this.#client, this.#target]) {
      socket.pending = undefined;
      if (ending === 'fin') socket.close();
      else socket.reset();
    }
    this.#observer.closed(this);
  }
}
