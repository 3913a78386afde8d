// Accepting with `node:net`. Accepted sockets are paused: their bytes wait in the kernel. Below the limit of open files it
// pauses: what waits in the kernel's queue is not lost.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { errorCode } from '../../base/errors.ts';
import type { Downstream, ListenAddress, Listener } from '../engine.ts';
import { descriptorLimit } from '../system/descriptor-budget.ts';
import { type Libc, loadLibc } from '../system/libc.ts';
import { openListeners } from '../system/listening-sockets.ts';
import { StreamDownstream } from './downstream.ts';

/**
 * `listen` on an inherited descriptor sets the queue's length anew, so it is named here, and as an argument: Node takes no
 * notice of `backlog` beside `fd`. The kernel cuts it to somaxconn.
 */
const BACKLOG = 65_535;

/** ms after which a listener that could not go on accepting tries again. */
const PAUSE = 100;

type OnConnection = (downstream: Downstream) => void;
type OnExhausted = (code: string) => void;

export async function listen(
  at: ListenAddress,
  onConnection: OnConnection,
  onExhausted?: OnExhausted,
): Promise<Listener> {
  const libc = loadLibc();
  if (libc instanceof Error) return listenWithNode(at, onConnection);
  const fd = 'fd' in at ? at.fd : (openListeners(libc, at.host, at.port, 1).fds[0] as number);
  const listener = new PausableListener(libc, fd, onConnection, onExhausted ?? (() => {}));
  await listener.resume().catch(async (error) => {
    await listener.close();
    throw error;
  });
  return listener;
}

/** Without the binding a listener can't be closed and opened again without losing its queue, so it isn't paused. */
async function listenWithNode(at: ListenAddress, onConnection: OnConnection): Promise<Listener> {
  const server = await openServer(at, accept(onConnection));
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

/** Keeps the descriptor, and lends Node a duplicate while it accepts. */
class PausableListener implements Listener {
  port = 0;
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #onExhausted: OnExhausted;
  readonly #accept: (socket: Socket) => void;
  #server: Server | undefined;
  #callOff: (() => void) | undefined;
  #closed = false;

  constructor(libc: Libc, fd: number, onConnection: OnConnection, onExhausted: OnExhausted) {
    this.#libc = libc;
    this.#fd = fd;
    this.#onExhausted = onExhausted;
    const take = accept(onConnection);
    this.#accept = (socket) => {
      take(socket);
      if (descriptorLimit().isFull) this.#pause();
    };
  }

  async resume(): Promise<void> {
    const server = await openServer({ fd: this.#libc.duplicate(this.#fd) }, this.#accept);
    if (this.#closed) return closeServer(server);
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#callOff?.();
    if (this.#server) await closeServer(this.#server);
    this.#libc.close(this.#fd);
  }

  #pause(): void {
    if (!this.#server || this.#closed) return;
    this.#server.close();
    this.#server = undefined;
    this.#onExhausted(descriptorLimit().reason);
    this.#callOff = descriptorLimit().whenFree(() => this.#tryAgain());
  }

  #tryAgain(): void {
    this.resume().catch((error) => {
      if (this.#closed) return;
      this.#onExhausted(errorCode(error));
      const timer = setTimeout(() => this.#tryAgain(), PAUSE);
      this.#callOff = () => clearTimeout(timer);
    });
  }
}

function accept(onConnection: OnConnection): (socket: Socket) => void {
  return (socket) => {
    const limit = descriptorLimit();
    limit.take();
    socket.once('close', () => limit.give());
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
