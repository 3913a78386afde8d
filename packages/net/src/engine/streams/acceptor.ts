// Accepting with `node:net`. Accepted sockets are paused: their bytes wait in the kernel. Below the limit of open files it
// pauses: what waits in the kernel's queue is not lost.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { errorCode } from '@lb/core';
import type { Acceptor, ListenAddress } from '../engine.ts';
import type { DescriptorBudget } from '../system/descriptor-budget.ts';
import { type Libc, loadLibc } from '../system/libc.ts';
import { openListeners } from '../system/listening-sockets.ts';
import { StreamDownstream } from './downstream.ts';

/**
 * `listen` on an inherited descriptor sets the queue's length anew, so it is named here, and as an argument: Node takes no
 * notice of `backlog` beside `fd`. The kernel cuts it to somaxconn.
 */
const BACKLOG = 65_535;

/** ms after which an acceptor that could not go on tries again. */
const PAUSE = 100;

type OnConnection = (downstream: StreamDownstream) => void;
type OnExhausted = (code: string) => void;

export async function listen(
  budget: DescriptorBudget,
  at: ListenAddress,
  onConnection: OnConnection,
  onExhausted?: OnExhausted,
): Promise<Acceptor> {
  const libc = loadLibc();
  if (libc instanceof Error) return listenWithNode(budget, at, onConnection);
  const fd = 'fd' in at ? at.fd : (openListeners(libc, at.host, at.port, 1).fds[0] as number);
  const acceptor = new StreamAcceptor(libc, budget, fd, onConnection, onExhausted ?? (() => {}));
  await acceptor.open().catch(async (error) => {
    await acceptor.close();
    throw error;
  });
  return acceptor;
}

/** Without the binding a listener can't be closed and opened again without losing its queue, so it isn't paused. */
async function listenWithNode(
  budget: DescriptorBudget,
  at: ListenAddress,
  onConnection: OnConnection,
): Promise<Acceptor> {
  const server = await openServer(at, accepted(budget, onConnection));
  return { port: (server.address() as AddressInfo).port, pause() {}, resume() {}, close: () => closeServer(server) };
}

/** Keeps the descriptor, and lends Node a duplicate while it accepts. */
class StreamAcceptor implements Acceptor {
  port = 0;
  readonly #libc: Libc;
  readonly #budget: DescriptorBudget;
  readonly #fd: number;
  readonly #onExhausted: OnExhausted;
  readonly #accept: (socket: Socket) => void;
  #server: Server | undefined;
  #callOff: (() => void) | undefined;
  /** Whether it was asked to accept no more for now. */
  #isPaused = false;
  /** Whether it waits for descriptors. */
  #isShort = false;
  /** Whether Node is just beginning to accept. */
  #isOpening = false;
  #closed = false;

  constructor(libc: Libc, budget: DescriptorBudget, fd: number, onConnection: OnConnection, onExhausted: OnExhausted) {
    this.#libc = libc;
    this.#budget = budget;
    this.#fd = fd;
    this.#onExhausted = onExhausted;
    const take = accepted(budget, onConnection);
    this.#accept = (socket) => {
      take(socket);
      if (this.#budget.isFull) this.#waitForRoom();
    };
  }

  async open(): Promise<void> {
    if (this.#server || this.#isOpening) return;
    this.#isOpening = true;
    let server: Server;
    try {
      server = await openServer({ fd: this.#libc.duplicate(this.#fd) }, this.#accept);
    } finally {
      this.#isOpening = false;
    }
    if (this.#isHeld) return closeServer(server);
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  pause(): void {
    this.#isPaused = true;
    this.#stop();
  }

  resume(): void {
    this.#isPaused = false;
    this.#tryAgain();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#callOff?.();
    if (this.#server) await closeServer(this.#server);
    this.#libc.close(this.#fd);
  }

  get #isHeld(): boolean {
    return this.#isPaused || this.#isShort || this.#closed;
  }

  #stop(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  #waitForRoom(): void {
    if (this.#isShort || this.#closed) return;
    this.#isShort = true;
    this.#stop();
    this.#onExhausted('EMFILE');
    this.#callOff = this.#budget.whenFree(this.#freed);
  }

  readonly #freed = (): void => {
    this.#isShort = false;
    this.#tryAgain();
  };

  #tryAgain(): void {
    if (this.#isHeld) return;
    this.open().catch((error) => {
      if (this.#closed) return;
      this.#isShort = true;
      this.#onExhausted(errorCode(error));
      const timer = setTimeout(this.#freed, PAUSE);
      this.#callOff = () => clearTimeout(timer);
    });
  }
}

function accepted(budget: DescriptorBudget, onConnection: OnConnection): (socket: Socket) => void {
  return (socket) => {
    budget.take();
    socket.once('close', () => budget.give());
    const downstream = StreamDownstream.from(socket);
    if (downstream) onConnection(downstream);
  };
}

function openServer(at: ListenAddress, onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer(
    {
      allowHalfOpen: true,
      pauseOnConnect: true,
      noDelay: true,
    },
    onSocket,
  );
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, BACKLOG, () => {
      server.off('error', reject);
      // A connection that failed while it was accepted concerns its client alone.
      server.on('error', () => {});
      resolve(server);
    });
  });
}

/** `Server.close` calls back only when all connections have ended; a listener is closed as soon as its handle is. */
function closeServer(server: Server): Promise<void> {
  server.close();
  return new Promise((resolve) => setImmediate(resolve));
}
