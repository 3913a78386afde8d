// System calls for tests: sockets without Node in between, so that what is seen is what the kernel has seen. Linux only.

import { createRequire } from 'node:module';
import { getSystemErrorName } from 'node:util';
import { type SocketAddress, socketAddress } from '../engine/system/sockaddr.ts';

const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi');
const library = koffi.load(null);
const calls = {
  socket: library.func('int socket(int, int, int)'),
  bind: library.func('int bind(int, void*, uint32_t)'),
  listen: library.func('int listen(int, int)'),
  accept4: library.func('int accept4(int, void*, void*, int)'),
  connect: library.func('int connect(int, void*, uint32_t)'),
  getpeername: library.func('int getpeername(int, void*, void*)'),
  getsockname: library.func('int getsockname(int, void*, void*)'),
  setsockopt: library.func('int setsockopt(int, int, int, void*, uint32_t)'),
  getsockopt: library.func('int getsockopt(int, int, int, void*, void*)'),
  send: library.func('int64_t send(int, void*, size_t, int)'),
  recv: library.func('int64_t recv(int, void*, size_t, int)'),
  shutdown: library.func('int shutdown(int, int)'),
  poll: library.func('int poll(void*, uint64_t, int)'),
  close: library.func('int close(int)'),
  dup: library.func('int dup(int)'),
  getrlimit: library.func('int getrlimit(int, void*)'),
  setrlimit: library.func('int setrlimit(int, void*)'),
};

const SO_ERROR = 4;
export const SO_LINGER = 13;
export const POLLIN = 1;
export const POLLOUT = 4;
export const POLLERR = 8;
export const POLLHUP = 16;
export const POLLRDHUP = 0x2000;
const SOL_SOCKET = 1;
const MSG_NOSIGNAL = 0x4000;
const SHUT_WR = 1;
const RLIMIT_NOFILE = 7;
const EINPROGRESS = 115;
const NONBLOCK_CLOEXEC = 0o2004000;

export class SystemError extends Error {
  readonly code: string;

  constructor(code: string, call: string) {
    super(`${call}: ${code}`);
    this.code = code;
  }
}

function check(call: string, result: number): number {
  if (result < 0) throw new SystemError(lastError(), call);
  return result;
}

function lastError(): string {
  const errno = koffi.errno();
  return errno === EINPROGRESS ? 'EINPROGRESS' : getSystemErrorName(-errno); // libuv has no name for it
}

/** A result, or `undefined` where the call would have had to wait. */
function unlessWaiting(call: string, result: number): number | undefined {
  if (result >= 0) return result;
  const code = lastError();
  if (code === 'EAGAIN' || code === 'EINPROGRESS' || code === 'EINTR') return undefined;
  throw new SystemError(code, call);
}

export const posix = {
  socket: (family: number): number => check('socket', calls.socket(family, 1 | NONBLOCK_CLOEXEC, 0)),
  bind: (fd: number, address: Buffer): void => void check('bind', calls.bind(fd, address, address.length)),
  listen: (fd: number, backlog: number): void => void check('listen', calls.listen(fd, backlog)),
  accept: (fd: number): number | undefined => unlessWaiting('accept4', calls.accept4(fd, null, null, NONBLOCK_CLOEXEC)),
  connect: (fd: number, address: Buffer): void => {
    unlessWaiting('connect', calls.connect(fd, address, address.length));
  },
  port: (fd: number): number => {
    const address = Buffer.alloc(28);
    check('getsockname', calls.getsockname(fd, address, uint32(28)));
    return address.readUInt16BE(2);
  },
  remote: (fd: number): SocketAddress => {
    const address = Buffer.alloc(28);
    check('getpeername', calls.getpeername(fd, address, uint32(28)));
    return socketAddress(address);
  },
  setOption: (fd: number, name: number, value: Buffer): void => {
    check('setsockopt', calls.setsockopt(fd, SOL_SOCKET, name, value, value.length));
  },
  /** The first bytes of an option, as many as are asked for. */
  option: (fd: number, level: number, name: number, length = 4): Buffer => {
    const value = Buffer.alloc(length);
    check('getsockopt', calls.getsockopt(fd, level, name, value, uint32(length)));
    return value;
  },
  /** Why the connection broke, as the system names it. Asking forgets it. */
  takeError: (fd: number): string | undefined => {
    const value = posix.option(fd, SOL_SOCKET, SO_ERROR);
    return value.readInt32LE() === 0 ? undefined : getSystemErrorName(-value.readInt32LE());
  },
  send: (fd: number, data: Uint8Array): number | undefined =>
    unlessWaiting('send', Number(calls.send(fd, data, data.length, MSG_NOSIGNAL))),
  receive: (fd: number, into: Buffer): number | undefined =>
    unlessWaiting('recv', Number(calls.recv(fd, into, into.length, 0))),
  endWriting: (fd: number): void => void check('shutdown', calls.shutdown(fd, SHUT_WR)),
  /** Which of the wanted events are there, now. Errors and hang-ups are always told. */
  poll: (fd: number, wanted: number): number => {
    const entry = Buffer.alloc(8);
    entry.writeInt32LE(fd, 0);
    entry.writeInt16LE(wanted, 4);
    check('poll', calls.poll(entry, 1, 0));
    return entry.readInt16LE(6);
  },
  close: (fd: number): void => void check('close', calls.close(fd)),
  duplicate: (fd: number): number => check('dup', calls.dup(fd)),
  /** Does something while this process may open no further descriptor. */
  withoutDescriptors: async <T>(run: () => Promise<T>): Promise<T> => {
    const before = Buffer.alloc(16);
    check('getrlimit', calls.getrlimit(RLIMIT_NOFILE, before));
    const none = Buffer.from(before);
    none.writeBigUInt64LE(0n, 0);
    check('setrlimit', calls.setrlimit(RLIMIT_NOFILE, none));
    try {
      return await run();
    } finally {
      check('setrlimit', calls.setrlimit(RLIMIT_NOFILE, before));
    }
  },
};

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
