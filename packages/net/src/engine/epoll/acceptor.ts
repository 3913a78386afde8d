// Accepting connections. At the limit of open files it pauses: what waits in the kernel's queue is not lost.

import { getSystemErrorName } from 'node:util';
import type { Guarded } from '../deadlines.ts';
import type { Acceptor } from '../engine.ts';
import { EAGAIN, EPOLLIN, SOCK_CLOEXEC, SOCK_NONBLOCK } from '../system/libc.ts';
import { SOCKADDR_SIZE, socketAddress } from '../system/sockaddr.ts';
import { EpollDownstream } from './downstream.ts';
import type { Kernel } from './kernel.ts';
import type { Watched } from './reactor.ts';

/** Connections taken at a time, before others have their turn. Fewer, if middleware takes its time. */
const MOST_AT_ONCE = 64;
/** ms after which it tries again when a descriptor was lacking. */
const PAUSE = 100;
/** What only more descriptors or memory can cure. Other errors concern the connection alone, which has gone by then. */
const EXHAUSTED = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

export class EpollAcceptor implements Acceptor, Watched, Guarded {
  readonly fd: number;
  readonly port: number;
  generation = 0;
  deadline = 0;
  slot = -1;
  readonly #kernel: Kernel;
  readonly #onConnection: (downstream: EpollDownstream) => void;
  readonly #onExhausted: ((code: string) => void) | undefined;
  readonly #address = Buffer.alloc(SOCKADDR_SIZE);
  readonly #addressPointer: number;
  readonly #length = new Uint32Array(1);
  readonly #lengthPointer: number;
  #exhausted = false;
  /** Whether it was asked to accept no more for now. */
  #isPaused = false;
  /** Whether it waits for descriptors. */
  #isShort = false;
  #callOff: (() => void) | undefined;
  #closed = false;

  /** @param fd listens already, and is owned by this from now on */
  constructor(
    kernel: Kernel,
    fd: number,
    onConnection: (downstream: EpollDownstream) => void,
    onExhausted?: (code: string) => void,
  ) {
    this.#kernel = kernel;
    this.fd = fd;
    this.#onConnection = onConnection;
    this.#onExhausted = onExhausted;
    this.#addressPointer = kernel.libc.pointer(this.#address);
    this.#lengthPointer = kernel.libc.pointer(this.#length);
    this.port = socketAddress(kernel.libc.getsockname(fd)).port;
    kernel.libc.nonBlocking(fd);
    // Level-triggered: what is not taken now is announced again.
    kernel.reactor.add(this, EPOLLIN);
  }

  ready(): void {
    for (let count = 0; count < MOST_AT_ONCE && !this.#closed; count += 1) {
      this.#length[0] = SOCKADDR_SIZE;
      const { libc } = this.#kernel;
      const fd = libc.accept4(this.fd, this.#addressPointer, this.#lengthPointer, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return this.#notAccepted(libc.errno());
      this.#exhausted = false;
      this.#onConnection(new EpollDownstream(this.#kernel, fd, socketAddress(this.#address)));
      if (!this.#closed && this.#kernel.budget.isFull) return this.#waitForRoom();
      if (this.#isPaused) return;
      if (this.#kernel.reactor.isTimeUp) return;
    }
  }

  /** There may be descriptors again. */
  expired(): void {
    this.#isShort = false;
    this.#watch();
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#watch();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#watch();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#callOff?.();
    this.#kernel.brief.delete(this);
    this.#kernel.reactor.remove(this, true);
    this.#kernel.libc.close(this.fd);
  }

  #watch(): void {
    if (!this.#closed) this.#kernel.reactor.modify(this, this.#isPaused || this.#isShort ? 0 : EPOLLIN);
  }

  #waitForRoom(): void {
    this.#isShort = true;
    this.#watch();
    this.#callOff = this.#kernel.budget.whenFree(() => this.expired());
    this.#onExhausted?.('EMFILE');
  }

  #notAccepted(errno: number): void {
    if (errno === EAGAIN) return;
    const code = getSystemErrorName(-errno);
    if (!EXHAUSTED.has(code)) return;
    this.#isShort = true;
    this.#watch();
    this.deadline = performance.now() + PAUSE;
    this.#kernel.brief.add(this);
    if (!this.#exhausted) this.#onExhausted?.(code);
    this.#exhausted = true;
  }
}
