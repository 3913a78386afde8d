// The few calls to the system's C library that Node has no word for. The constants are those of Linux on x86-64 and arm64
// (include/uapi/asm-generic); nothing here is meant for another system.
import { createRequire } from 'node:module';
import { getSystemErrorName } from 'node:util';
import { BalancerError } from './errors.ts';

export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_STREAM = 1;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;
export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_KEEPALIVE = 9;
export const SO_REUSEPORT = 15;
export const IPPROTO_TCP = 6;
export const TCP_NODELAY = 1;
export const IPPROTO_IPV6 = 41;
export const IPV6_V6ONLY = 26;
const F_DUPFD_CLOEXEC = 1030;
const F_SETFD = 2;
const FD_CLOEXEC = 1;

export interface Libc {
  socket(family: number, type: number): number;
  setOption(fd: number, level: number, name: number, value: number): void;
  bind(fd: number, address: Buffer): void;
  listen(fd: number, backlog: number): void;
  /** The address a socket is bound to, as a `sockaddr`. */
  getsockname(fd: number): Buffer;
  close(fd: number): void;
  /** A second descriptor for the same socket; children don't get it. */
  duplicate(fd: number): number;
  /** Keeps children from getting a descriptor. */
  closeOnExec(fd: number): void;
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
  const setsockopt = library.func('int setsockopt(int, int, int, void*, uint32_t)');
  const bind = library.func('int bind(int, void*, uint32_t)');
  const listen = library.func('int listen(int, int)');
  const getsockname = library.func('int getsockname(int, void*, void*)');
  const close = library.func('int close(int)');
  const fcntl = library.func('int fcntl(int, int, int)');

  const check = (result: number, call: string): number => {
    if (result >= 0) return result;
    const code = getSystemErrorName(-koffi.errno());
    throw new BalancerError(`${call} failed: ${code}`, { code, source: 'internal' });
  };
  return {
    socket: (family, type) => check(socket(family, type, 0), 'socket'),
    setOption: (fd, level, name, value) => {
      check(setsockopt(fd, level, name, Buffer.from(Int32Array.of(value).buffer), 4), 'setsockopt');
    },
    bind: (fd, address) => void check(bind(fd, address, address.length), 'bind'),
    listen: (fd, backlog) => void check(listen(fd, backlog), 'listen'),
    getsockname: (fd) => {
      const address = Buffer.alloc(28);
      check(getsockname(fd, address, Buffer.from(Uint32Array.of(address.length).buffer)), 'getsockname');
      return address;
    },
    close: (fd) => void check(close(fd), 'close'),
    duplicate: (fd) => check(fcntl(fd, F_DUPFD_CLOEXEC, 0), 'fcntl'),
    closeOnExec: (fd) => void check(fcntl(fd, F_SETFD, FD_CLOEXEC), 'fcntl'),
  };
}
