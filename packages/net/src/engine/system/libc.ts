// The calls to the system's C library that Node has no word for, each bound once. The constants are those of Linux on x86-64
// and arm64, where they agree: include/uapi/asm-generic (fcntl, socket, errno), linux/in.h, linux/in6.h, linux/tcp.h,
// linux/eventpoll.h and include/linux/socket.h (MSG_). Nothing here is meant for another system.
import { createRequire } from 'node:module';
import { getSystemErrorName } from 'node:util';
import { BalancerError, errorCode } from '@lb/core';

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_STREAM = 1;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;
export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_REUSEPORT = 15;
export const IPPROTO_TCP = 6;
export const TCP_NODELAY = 1;
export const IPPROTO_IPV6 = 41;
export const IPV6_V6ONLY = 26;
export const SHUT_RD = 0;
export const SHUT_WR = 1;
const SOL_IP = 0;
const IP_TRANSPARENT = 19;
const IPV6_TRANSPARENT = 75;
const IP_BIND_ADDRESS_NO_PORT = 24;
export const MSG_NOSIGNAL = 0x4000;
const MSG_PEEK = 0x2;
const SO_ERROR = 4;
const SO_KEEPALIVE = 9;
const TCP_KEEPIDLE = 4;
const TCP_USER_TIMEOUT = 18;
const SO_LINGER = 13;
const F_DUPFD_CLOEXEC = 1030;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const F_GETFL = 3;
const O_APPEND = 0o2000;
const F_SETFL = 4;
const POLLIN = 1;
const LOCK_EX_NB = 2 | 4;
/** struct linger: on, 0 seconds. It stands here so that its address stays valid. */
const LINGER_ZERO = Buffer.from(Int32Array.of(1, 0).buffer);

export const EAGAIN = 11;
export const ECONNRESET = 104;
export const EADDRNOTAVAIL = 99;
export const EINPROGRESS = 115;

export const EPOLLIN = 0x1;
export const EPOLLOUT = 0x4;
export const EPOLLERR = 0x8;
export const EPOLLHUP = 0x10;
export const EPOLLRDHUP = 0x2000;
export const EPOLLET = 0x80000000;
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;

/** The address of a buffer's bytes, as a number. Valid while the buffer is referenced. */
export type Pointer = number;

/** Calls that throw a `BalancerError` with the system's code when they fail. */
export interface CheckedCalls {
  socket(family: number, type: number): number;
  setOption(fd: number, level: number, name: number, value: number): void;
  bind(fd: number, address: Buffer): void;
  listen(fd: number, backlog: number): void;
  /** The address a socket is bound to, as a `sockaddr`. */
  getsockname(fd: number): Buffer;
  /** Whether something can be read from it at once; of a listener, whether a connection waits to be accepted. */
  isReadable(fd: number): boolean;
  close(fd: number): void;
  /** A second descriptor for the same socket; children don't get it. */
  duplicate(fd: number): number;
  /** Keeps children from getting a descriptor. */
  closeOnExec(fd: number): void;
  /** Makes calls on a descriptor return rather than wait. */
  nonBlocking(fd: number): void;
  /** Makes writes to a descriptor append, also those of other processes that share its description. */
  appending(fd: number): void;
  /** Takes the lock of an open file; it ends with the descriptor. @returns whether it was free */
  lock(fd: number): boolean;
  /** What a connect that went on in the background has come to, as a positive errno, or 0. */
  socketError(fd: number): number;
  /** Makes `close` send RST in place of FIN. */
  resetOnClose(fd: number): void;
  epollCreate(): number;
  /**
   * Has the kernel ask whether the other side is still there, after so many seconds without a byte, and give it up when it has
   * not acknowledged what was sent, or not taken anything, for so many ms. TCP only.
   */
  keepAlive(fd: number, idleSeconds: number, userTimeout: number): void;
  epollControl(epoll: number, operation: number, fd: number, event: Pointer): void;
}

/** Calls of the hot path. They return what the system does: -1 for a failure, whose number is `errno()`. */
export interface RawCalls {
  socketOrFail(family: number, type: number): number;
  accept4(fd: number, address: Pointer, length: Pointer, flags: number): number;
  connect(fd: number, address: Pointer, length: number): number;
  /** Binds to an address that needn't be this machine's (ip(7), IP_TRANSPARENT). Needs CAP_NET_ADMIN. */
  bindTransparently(fd: number, address: Buffer): number;
  recv(fd: number, buffer: Pointer, length: number): number;
  /** As `recv`, but leaves the bytes where they are. */
  peek(fd: number, buffer: Pointer, length: number): number;
  send(fd: number, buffer: Pointer, length: number, flags: number): number;
  shutdown(fd: number, how: number): number;
  epollWait(epoll: number, events: Pointer, most: number, timeout: number): number;
  errno(): number;
  pointer(buffer: ArrayBufferView): Pointer;
}

export interface Libc extends CheckedCalls, RawCalls {
  /** Gives a call's result back. @throws {BalancerError} with the call's name and the system's code, where it is -1 */
  check(result: number, call: string): number;
  /** For what has no place in a table of calls: callbacks and structures of libuv. */
  readonly koffi: typeof import('koffi');
}

let loaded: Libc | Error | undefined;

/** The binding, or the reason why there is none. */
export function loadLibc(): Libc | Error {
  loaded ??= tryLoad();
  return loaded;
}

function tryLoad(): Libc | Error {
  if (process.platform !== 'linux') return new Error(`there is no binding for ${process.platform}`);
  try {
    return bindLibc();
  } catch (error) {
    return new Error(`koffi does not load: ${(error as Error).message}`, { cause: error });
  }
}

function bindLibc(): Libc {
  const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi');
  const library = koffi.load(null);
  const socket = library.func('int socket(int, int, int)');
  const setsockopt = library.func('int setsockopt(int, int, int, uintptr_t, uint32_t)');
  const bind = library.func('int bind(int, void*, uint32_t)');
  const listen = library.func('int listen(int, int)');
  const getsockname = library.func('int getsockname(int, void*, void*)');
  const poll = library.func('int poll(void*, unsigned long, int)');
  const close = library.func('int close(int)');
  const fcntl = library.func('int fcntl(int, int, int)');
  const flock = library.func('int flock(int, int)');
  const getsockopt = library.func('int getsockopt(int, int, int, void*, void*)');
  const epollCreate1 = library.func('int epoll_create1(int)');
  // Addresses as numbers and results as int: half the price of a call is in converting what is wider. No length here is over
  // 2 GiB, so nothing is cut.
  const epollCtl = library.func('int epoll_ctl(int, int, int, uintptr_t)');
  const recv = library.func('int recv(int, uintptr_t, uint32_t, int)');
  const send = library.func('int send(int, uintptr_t, uint32_t, int)');

  const one = Buffer.alloc(4);
  const oneLength = Buffer.from(Uint32Array.of(4).buffer);

  const pointer = (buffer: ArrayBufferView): Pointer => Number(koffi.address(buffer));
  const onePointer = pointer(one);
  const lingerZeroPointer = pointer(LINGER_ZERO);

  const check = (result: number, call: string): number => {
    if (result >= 0) return result;
    const code = getSystemErrorName(-koffi.errno());
    throw new BalancerError(`${call} failed: ${code}`, { code: errorCode({ code }) });
  };
  const setOption = (fd: number, level: number, name: number, value: number): void => {
    one.writeInt32LE(value);
    check(setsockopt(fd, level, name, onePointer, 4), 'setsockopt');
  };
  return {
    socket: (family, type) => check(socket(family, type, 0), 'socket'),
    setOption,
    bind: (fd, address) => void check(bind(fd, address, address.length), 'bind'),
    listen: (fd, backlog) => void check(listen(fd, backlog), 'listen'),
    getsockname: (fd) => {
      const address = Buffer.alloc(28);
      check(getsockname(fd, address, Buffer.from(Uint32Array.of(address.length).buffer)), 'getsockname');
      return address;
    },
    isReadable: (fd) => {
      const asked = Buffer.alloc(8);
      asked.writeInt32LE(fd, 0);
      asked.writeInt16LE(POLLIN, 4);
      return check(poll(asked, 1, 0), 'poll') > 0 && (asked.readInt16LE(6) & POLLIN) !== 0;
    },
    close: (fd) => void check(close(fd), 'close'),
    duplicate: (fd) => check(fcntl(fd, F_DUPFD_CLOEXEC, 0), 'fcntl'),
    closeOnExec: (fd) => void check(fcntl(fd, F_SETFD, FD_CLOEXEC), 'fcntl'),
    nonBlocking: (fd) => void check(fcntl(fd, F_SETFL, SOCK_NONBLOCK), 'fcntl'),
    appending: (fd) => void check(fcntl(fd, F_SETFL, check(fcntl(fd, F_GETFL, 0), 'fcntl') | O_APPEND), 'fcntl'),
    lock: (fd) => {
      const result = flock(fd, LOCK_EX_NB);
      return !(result < 0 && koffi.errno() === EAGAIN) && check(result, 'flock') === 0;
    },
    socketError: (fd) => {
      check(getsockopt(fd, SOL_SOCKET, SO_ERROR, one, oneLength), 'getsockopt');
      return one.readInt32LE(0);
    },
    resetOnClose: (fd) => void check(setsockopt(fd, SOL_SOCKET, SO_LINGER, lingerZeroPointer, 8), 'setsockopt'),
    keepAlive: (fd, idleSeconds, userTimeout) => {
      setOption(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, userTimeout);
      setOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, idleSeconds);
      setOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    },
    epollCreate: () => check(epollCreate1(SOCK_CLOEXEC), 'epoll_create1'),
    epollControl: (epoll, operation, fd, event) => void check(epollCtl(epoll, operation, fd, event), 'epoll_ctl'),
    socketOrFail: (family, type) => socket(family, type, 0),
    accept4: library.func('int accept4(int, uintptr_t, uintptr_t, int)'),
    bindTransparently: (fd, address) => {
      const isIpv6 = address.readUInt16LE(0) === AF_INET6;
      one.writeInt32LE(1);
      const [level, name] = isIpv6 ? [IPPROTO_IPV6, IPV6_TRANSPARENT] : [SOL_IP, IP_TRANSPARENT];
      const set = setsockopt(fd, level, name, onePointer, 4);
      // The port is chosen by connect then, and need be free towards that target only. Where it isn't known, by bind.
      setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, onePointer, 4);
      return set < 0 ? set : bind(fd, address, address.length);
    },
    connect: library.func('int connect(int, uintptr_t, uint32_t)'),
    recv: (fd, buffer, length) => recv(fd, buffer, length, 0),
    peek: (fd, buffer, length) => recv(fd, buffer, length, MSG_PEEK),
    send,
    shutdown: library.func('int shutdown(int, int)'),
    epollWait: library.func('int epoll_wait(int, uintptr_t, int, int)'),
    errno: koffi.errno,
    pointer,
    check,
    koffi,
  };
}
