// One end of a connection, for tests. It does nothing by itself: what isn't taken from it stays in the kernel.
import { AF_INET, AF_INET6 } from '../engine/system/libc.ts';
import { encodeSockaddr } from '../engine/system/sockaddr.ts';
import { later } from './cleanup.ts';
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDHUP, posix, SO_LINGER, SystemError, uint32 } from './posix.ts';
import { nextTurn, until } from './until.ts';

const scratch = Buffer.alloc(256 * 1024);
const RESET: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE']);

export interface ConnectOptions {
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** The client's own address. */
  readonly from?: string;
}

export class TestSocket {
  readonly #fd: number;
  #open = true;
  #error: string | undefined;

  constructor(fd: number) {
    this.#fd = fd;
    later(() => this.close());
  }

  /** Its number may soon be another socket's, so it is not given once it is closed. */
  get fd(): number {
    if (!this.#open) throw new Error('this socket is closed');
    return this.#fd;
  }

  /** Begins to connect, and doesn't wait for an answer. */
  static begin(port: number, { host = '127.0.0.1', from }: ConnectOptions = {}): TestSocket {
    const socket = new TestSocket(posix.socket(host.includes(':') ? AF_INET6 : AF_INET));
    if (from !== undefined) posix.bind(socket.fd, encodeSockaddr(from, 0));
    posix.connect(socket.fd, encodeSockaddr(host, port));
    return socket;
  }

  static async connect(port: number, options?: ConnectOptions): Promise<TestSocket> {
    const socket = TestSocket.begin(port, options);
    await until('a connection', () => socket.connected);
    return socket;
  }

  get connected(): boolean {
    const events = posix.poll(this.fd, POLLOUT);
    if (events & POLLERR) throw new SystemError(posix.takeError(this.fd) ?? 'UNKNOWN', 'connect');
    return (events & POLLOUT) > 0;
  }

  get port(): number {
    return posix.port(this.fd);
  }

  get remotePort(): number {
    return posix.remote(this.fd).port;
  }

  get remoteAddress(): string {
    return posix.remote(this.fd).host;
  }

  /** Whether there is nothing to be seen: no byte, no end, no reset. */
  get quiet(): boolean {
    return (posix.poll(this.fd, POLLIN) & (POLLIN | POLLHUP | POLLERR)) === 0;
  }

  /** Whether the other side has ended or reset. Bytes that came before can still be read. */
  get sawEnd(): boolean {
    return this.#open && (posix.poll(this.fd, POLLRDHUP) & (POLLRDHUP | POLLHUP | POLLERR)) > 0;
  }

  /** Whether it is closed, or the other side has ended or reset. */
  get isOver(): boolean {
    return !this.#open || this.sawEnd;
  }

  /** Whether the other side has reset. Bytes that came before can still be read. */
  get wasReset(): boolean {
    if (this.#open) this.#error ??= posix.takeError(this.#fd);
    return RESET.has(this.#error);
  }

  /** @returns how many bytes the kernel took, without waiting */
  offer(data: Uint8Array): number {
    try {
      return posix.send(this.fd, data) ?? 0;
    } catch (error) {
      if (error instanceof SystemError && RESET.has(error.code)) this.#error = error.code;
      throw error;
    }
  }

  /** Sends until all is taken. */
  async send(data: Uint8Array | string): Promise<void> {
    let left = typeof data === 'string' ? Buffer.from(data) : data;
    while (left.length > 0) {
      const taken = this.offer(left);
      left = left.subarray(taken);
      if (left.length > 0) await nextTurn();
    }
  }

  /**
   * What has arrived, as a view that holds until the next call: empty at the end, `undefined` when there is nothing yet.
   * @throws {SystemError} ECONNRESET once a reset is reached
   */
  take(most = scratch.length): Buffer | undefined {
    const length = this.#error ? undefined : posix.receive(this.fd, scratch.subarray(0, most));
    if (this.#error) throw new SystemError(this.#error, 'recv');
    return length === undefined ? undefined : scratch.subarray(0, length);
  }

  /** Exactly so many bytes, or fewer when the other side ends before. */
  async receive(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = length; left > 0; ) {
      const part = await until(`${left} of ${length} bytes`, () => this.take(left));
      if (part.length === 0) break;
      parts.push(Buffer.from(part));
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** The text that comes next. */
  async hear(text: string): Promise<void> {
    const heard = (await this.receive(Buffer.byteLength(text))).toString();
    if (heard !== text) throw new Error(`heard ${JSON.stringify(heard)} in place of ${JSON.stringify(text)}`);
  }

  /** All bytes until the end. */
  receiveAll(): Promise<Buffer> {
    return this.receive(Number.MAX_SAFE_INTEGER);
  }

  /** How the other side ends, whatever it says before. */
  async ending(): Promise<'end' | 'reset'> {
    try {
      await until('an end or a reset', () => this.take()?.length === 0);
      return this.wasReset ? 'reset' : 'end';
    } catch (error) {
      if (error instanceof SystemError && RESET.has(error.code)) return 'reset';
      throw error;
    }
  }

  /** Sends FIN. */
  end(): void {
    posix.endWriting(this.fd);
  }

  /** Sends RST. */
  reset(): void {
    posix.setOption(this.fd, SO_LINGER, Buffer.concat([uint32(1), uint32(0)]));
    this.close();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    posix.close(this.#fd);
  }
}
