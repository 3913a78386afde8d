// The listeners that a primary takes from its predecessor: those of the address that its config names. What an address is, is
// asked of the kernel, and not of whoever handed them over.
import { AF_INET6, type Libc, SOCK_STREAM } from '../../../engine/system/libc.ts';
import type { Listeners } from '../../../engine/system/listening-sockets.ts';
import { encodeSockaddr, socketAddress } from '../../../engine/system/sockaddr.ts';

/**
 * @param inherited descriptors of listeners. Those that are not taken are closed
 * @param port 0 for any
 * @returns undefined where none has the address
 */
export function adoptListeners(
  libc: Libc,
  inherited: readonly number[],
  host: string,
  port: number,
): Listeners | undefined {
  let taken = findListeners(libc, inherited, host, port);
  // Where there is no IPv6, `::` has become 0.0.0.0.
  if (!taken && host === '::' && inherited.length > 0 && !hasIpv6(libc)) {
    taken = findListeners(libc, inherited, '0.0.0.0', port);
  }
  for (const fd of inherited) if (!taken?.fds.includes(fd)) libc.close(fd);
  return taken;
}

function findListeners(libc: Libc, fds: readonly number[], host: string, port: number): Listeners | undefined {
  const bound = fds.map((fd) => ({ fd, address: libc.getsockname(fd) }));
  const isAt = (address: Buffer, wanted: Buffer) => address.subarray(0, wanted.length).equals(wanted);
  const named = bound.filter(({ address }) => isAt(address, encodeSockaddr(host, port || socketAddress(address).port)));
  const last = named.at(-1);
  if (!last) return undefined;
  // There are two ports where the primary has died while it moved from a free one to the next.
  const found = socketAddress(last.address).port;
  const same = named.filter(({ address }) => socketAddress(address).port === found);
  return { fds: same.map(({ fd }) => fd), host, port: found };
}

function hasIpv6(libc: Libc): boolean {
  try {
    const fd = libc.socket(AF_INET6, SOCK_STREAM);
    try {
      libc.bind(fd, encodeSockaddr('::', 0));
    } finally {
      libc.close(fd);
    }
    return true;
  } catch {
    return false;
  }
}
