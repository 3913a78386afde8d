// A client's socket from its accept to its relay or its end.
import { type ConnectionInfo, plainAddress } from '@lb/core/internal';
import type { Downstream, HeadLook, RelayDeadlines, RelayObserver } from '../engine.ts';
import { dontKeepAlive, keepAlive } from '../keep-alive.ts';
import { EAGAIN, EPOLLERR, EPOLLOUT, EPOLLRDHUP, IPPROTO_TCP, TCP_NODELAY } from '../system/libc.ts';
import { type SocketAddress, socketAddress } from '../system/sockaddr.ts';
import type { EpollDial } from './dial.ts';
import type { Kernel } from './kernel.ts';
import { LingeringClose } from './lingering-close.ts';
import { EpollRelay } from './relay.ts';
import { silenceOf } from './silence.ts';
import { ALL_EDGES, Socket, type SocketOwner } from './socket.ts';

export class EpollDownstream implements Downstream<EpollDial>, SocketOwner {
  readonly #socket: Socket;
  readonly #kernel: Kernel;
  readonly #remote: SocketAddress;
  onGone: (() => void) | undefined;
  #look: HeadLook | undefined;

  constructor(kernel: Kernel, fd: number, remote: SocketAddress) {
    this.#kernel = kernel;
    this.#remote = remote;
    this.#socket = new Socket(kernel, fd, this, true);
    this.#socket.takesRoom = true;
    kernel.budget.take();
    kernel.reactor.add(this.#socket, ALL_EDGES);
  }

  get remoteAddress(): string {
    return this.#remote.host;
  }

  ready(socket: Socket, events: number): void {
    // An end alone may be a half-close, which is for the target to hear of.
    if (!(events & EPOLLERR)) {
      socket.early |= events & ~EPOLLOUT;
      if (this.#look) this.#showHead(this.#look);
      return;
    }
    this.#gone();
  }

  #gone(): void {
    this.#socket.close();
    this.onGone?.();
  }

  describe(): ConnectionInfo {
    const local = socketAddress(this.#kernel.libc.getsockname(this.#socket.fd));
    const { host, port } = this.#remote;
    return {
      remoteAddress: host,
      remotePort: port,
      remoteFamily: host.includes(':') ? 'IPv6' : 'IPv4',
      localAddress: local.host,
      localPort: local.port,
      clientAddress: plainAddress(host),
    };
  }

  takeHead(look: HeadLook): void {
    this.#look = look;
    if (this.#socket.early !== 0) this.#showHead(look);
  }

  /** Peeks rather than reads, so that not a byte is taken that isn't the head's. */
  #showHead(look: HeadLook): void {
    const { libc, scratch, scratchPointer } = this.#kernel;
    const seen = Math.max(libc.peek(this.#socket.fd, scratchPointer, look.most), 0);
    const isAll = (this.#socket.early & EPOLLRDHUP) !== 0 || seen === look.most;
    if (seen === 0 && !isAll) return; // another look has taken all that has come
    const length = look.look(scratch.subarray(0, seen), isAll) ?? (isAll ? 0 : undefined);
    if (length === undefined) return;
    this.#look = undefined;
    if (length > 0) libc.recv(this.#socket.fd, scratchPointer, length);
    look.looked();
  }

  leaveHead(): boolean {
    const { libc, scratchPointer } = this.#kernel;
    if (!this.#look || libc.peek(this.#socket.fd, scratchPointer, 1) >= 0) return false;
    const isEmpty = libc.errno() === EAGAIN;
    this.#look = undefined;
    if (!isEmpty) this.#gone(); // a reset is reported once: by this call, or else by the event that is still to come
    return isEmpty;
  }

  relay(upstream: EpollDial, deadlines: RelayDeadlines, observer: RelayObserver, head?: Buffer): EpollRelay {
    return new EpollRelay(this.#kernel, this.#socket, upstream.socket, deadlines, observer, head);
  }

  setKeepAlive(isOn: boolean, idle?: number): void {
    this.#socket.hasOwnKeepAlive = true;
    if (isOn) keepAlive(this.#kernel.libc, this.#socket.fd, idle);
    else dontKeepAlive(this.#kernel.libc, this.#socket.fd);
  }

  setNoDelay(isOn: boolean): void {
    this.#kernel.libc.setOption(this.#socket.fd, IPPROTO_TCP, TCP_NODELAY, Number(isOn));
  }

  silence(): number {
    return silenceOf(this.#kernel.libc, this.#socket.fd);
  }

  close(): void {
    this.#look = undefined;
    this.onGone = undefined;
    new LingeringClose(this.#kernel, this.#socket);
  }

  reset(): void {
    this.#look = undefined;
    this.onGone = undefined;
    this.#socket.reset();
  }
}
