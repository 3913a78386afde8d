// A server's listening socket, for tests. Nothing is accepted unless a test asks for it.
import { AF_INET, AF_INET6, IPPROTO_TCP } from '../engine/system/libc.ts';
import { encodeSockaddr } from '../engine/system/sockaddr.ts';
import { later } from './cleanup.ts';
import { posix } from './posix.ts';
import { TestSocket } from './test-socket.ts';
import { until } from './until.ts';

const AF_UNIX = 1;
const TCP_INFO = 11;
/** Where struct tcp_info (linux/tcp.h) has it for a listener: tcpi_sacked. */
const QUEUE_LENGTH = 28;

export class TestListener {
  readonly fd: number;
  #open = true;

  private constructor(family: number, address: Buffer, backlog: number) {
    this.fd = posix.socket(family);
    later(() => this.close());
    posix.bind(this.fd, address);
    posix.listen(this.fd, backlog);
  }

  static open({ host = '127.0.0.1', backlog = 1024 } = {}): TestListener {
    return new TestListener(host.includes(':') ? AF_INET6 : AF_INET, encodeSockaddr(host, 0), backlog);
  }

  static openAt(path: string, backlog = 1024): TestListener {
    const address = Buffer.alloc(110);
    address.writeUInt16LE(AF_UNIX);
    address.write(path, 2);
    return new TestListener(AF_UNIX, address, backlog);
  }

  /** One whose queue is full: it answers no further connection. @param backlog Linux lets one more wait */
  static async full(backlog = 0): Promise<TestListener> {
    const listener = TestListener.open({ backlog });
    const fillers = Array.from({ length: backlog + 3 }, () => TestSocket.begin(listener.port));
    await until('a full queue', () => fillers.filter((filler) => filler.connected).length > backlog);
    return listener;
  }

  /** A port of this machine that refuses: taken for the time of the test, but nobody listens. */
  static refusingPort(): number {
    const socket = new TestSocket(posix.socket(AF_INET));
    posix.bind(socket.fd, encodeSockaddr('127.0.0.1', 0));
    return socket.port;
  }

  get port(): number {
    return posix.port(this.fd);
  }

  /** How many may wait in its queue. */
  get queueLength(): number {
    return posix.option(this.fd, IPPROTO_TCP, TCP_INFO, QUEUE_LENGTH + 4).readUInt32LE(QUEUE_LENGTH);
  }

  /** The next connection, or `undefined` when none waits. */
  takeNext(): TestSocket | undefined {
    const fd = posix.accept(this.fd);
    return fd === undefined ? undefined : new TestSocket(fd);
  }

  /** Accepts all that wait. Those for which there was no room connect again by themselves, after a second or more. */
  makeRoom(): void {
    while (this.takeNext());
  }

  accept(): Promise<TestSocket> {
    return until('a connection to accept', () => this.takeNext());
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    posix.close(this.fd);
  }
}
