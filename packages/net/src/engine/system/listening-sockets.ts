// The sockets that clients connect to: one for each worker, opened and held by the primary as long as it lives.
import { isIPv6 } from 'node:net';
import { errorCode } from '@lb/core';
import { listenError, NO_IPV6 } from '../../base/listen-error.ts';
import {
  AF_INET,
  AF_INET6,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_V6ONLY,
  type Libc,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_NODELAY,
} from './libc.ts';
import { encodeSockaddr, socketAddress } from './sockaddr.ts';

/** The kernel cuts it to net.core.somaxconn. */
const BACKLOG = 65_535;

export interface Listeners {
  readonly fds: readonly number[];
  readonly host: string;
  readonly port: number;
}

/**
 * Opens `count` sockets on one address. The kernel spreads new connections over them.
 * @throws {BalancerError} with the system's code, and what to do about it
 */
export function openListeners(libc: Libc, host: string, port: number, count: number): Listeners {
  try {
    return openAll(libc, host, port, count);
  } catch (error) {
    if (host === '::' && NO_IPV6.has(errorCode(error))) return openListeners(libc, '0.0.0.0', port, count);
    throw listenError(error, host, port);
  }
}

function openAll(libc: Libc, host: string, port: number, count: number): Listeners {
  const fds: number[] = [];
  try {
    // The first one is bound alone: with SO_REUSEPORT it would share a port that another balancer of this user holds.
    const first = openSocket(libc, host, fds);
    libc.bind(first, encodeSockaddr(host, port));
    libc.setOption(first, SOL_SOCKET, SO_REUSEPORT, 1);
    const bound = socketAddress(libc.getsockname(first)).port;
    while (fds.length < count) {
      const fd = openSocket(libc, host, fds);
      libc.setOption(fd, SOL_SOCKET, SO_REUSEPORT, 1);
      libc.bind(fd, encodeSockaddr(host, bound));
    }
    for (const fd of fds) libc.listen(fd, BACKLOG);
    return { fds, host, port: bound };
  } catch (error) {
    for (const fd of fds) libc.close(fd);
    throw error;
  }
}

/** Binds a socket as the first listener is, and closes it. @throws {BalancerError} with the system's code */
export function tryBinding(libc: Libc, host: string, port: number): void {
  const fds: number[] = [];
  try {
    libc.bind(openSocket(libc, host, fds), encodeSockaddr(host, port));
  } finally {
    for (const fd of fds) libc.close(fd);
  }
}

function openSocket(libc: Libc, host: string, fds: number[]): number {
  const fd = libc.socket(isIPv6(host) ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC);
  fds.push(fd);
  libc.setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (isIPv6(host)) libc.setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, host === '::' ? 0 : 1);
  // What is accepted inherits it.
  libc.setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  return fd;
}
