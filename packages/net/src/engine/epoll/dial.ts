// Connecting to a target, and holding the socket until it is relayed.
import { getSystemErrorName } from 'node:util';
import { plainAddress } from '@lb/core/internal';
import type { Endpoint } from '../../base/endpoint.ts';
import { ConnectError } from '../connect-error.ts';
import type { Guarded } from '../deadlines.ts';
import type { Dial, DialDone, Upstream } from '../engine.ts';
import {
  AF_UNIX,
  EADDRNOTAVAIL,
  EINPROGRESS,
  EPOLLERR,
  EPOLLHUP,
  EPOLLOUT,
  IPPROTO_TCP,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  TCP_NODELAY,
} from '../system/libc.ts';
import { encodeSockaddr } from '../system/sockaddr.ts';
import type { Kernel } from './kernel.ts';
import { ALL_EDGES, Socket, type SocketOwner } from './socket.ts';

const STREAM = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

export class EpollDial implements Dial, Upstream, SocketOwner, Guarded {
  readonly deadline: number;
  slot = -1;
  readonly #kernel: Kernel;
  readonly #endpoint: Endpoint;
  readonly #source: string | undefined;
  #done: DialDone<EpollDial> | undefined;
  #socket: Socket | undefined;

  constructor(kernel: Kernel, endpoint: Endpoint, timeout: number, done: DialDone<EpollDial>, source?: string) {
    this.#kernel = kernel;
    this.#endpoint = endpoint;
    this.#source = source;
    this.#done = done;
    this.deadline = performance.now() + timeout;
    const errno = this.#connect();
    // `done` is called after `dial` has returned.
    if (errno !== 0) kernel.reactor.postpone(() => this.#fail(getSystemErrorName(-errno)));
    else kernel.brief.add(this);
  }

  /** The connected socket, for the relay. */
  get socket(): Socket {
    if (!this.#socket) throw new Error('a dial was relayed to after its end');
    return this.#socket;
  }

  ready(socket: Socket, events: number): void {
    if (!this.#done) {
      socket.early |= events & ~EPOLLOUT;
      return;
    }
    const errno = events & (EPOLLERR | EPOLLHUP) ? this.#kernel.libc.socketError(socket.fd) : 0;
    if (errno !== 0) return this.#fail(getSystemErrorName(-errno));
    if (!(events & EPOLLOUT)) return;
    socket.early = events & ~EPOLLOUT;
    const done = this.#done;
    this.#settle();
    done(this);
  }

  expired(): void {
    this.#fail('ETIMEDOUT');
  }

  cancel(): void {
    if (!this.#done) return;
    this.#settle();
    this.close();
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** @returns 0, or the errno of what could not even begin */
  #connect(): number {
    const { libc, reactor, endpointAddresses } = this.#kernel;
    const { family, pointer, length } = endpointAddresses.of(this.#endpoint);
    const fd = libc.socketOrFail(family, STREAM);
    if (fd < 0) return libc.errno();
    const isTcp = family !== AF_UNIX;
    if (isTcp) libc.setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    if (isTcp && this.#source !== undefined && !this.#bind(fd, this.#source)) {
      libc.close(fd);
      return EADDRNOTAVAIL;
    }
    if (libc.connect(fd, pointer, length) < 0 && libc.errno() !== EINPROGRESS) {
      const errno = libc.errno();
      libc.close(fd);
      return errno;
    }
    this.#socket = new Socket(this.#kernel, fd, this, isTcp);
    reactor.add(this.#socket, ALL_EDGES);
    return 0;
  }

  /** To any port of the address. Fails where the target's address is of another family: no fault of the target's. */
  #bind(fd: number, source: string): boolean {
    return this.#kernel.libc.bindTransparently(fd, encodeSockaddr(plainAddress(source), 0)) >= 0;
  }

  #fail(code: string): void {
    const done = this.#done;
    if (!done) return;
    this.#settle();
    this.close();
    done(new ConnectError(code, this.#endpoint));
  }

  #settle(): void {
    this.#done = undefined;
    this.#kernel.brief.delete(this);
  }
}
