// Addresses as the kernel takes them: struct sockaddr_in and sockaddr_in6 (netinet/in.h).
import { isIPv6 } from 'node:net';
import { AF_INET, AF_INET6 } from './libc.ts';

/** @param host an IP address, never a name */
export function encodeSockaddr(host: string, port: number): Buffer {
  const family = isIPv6(host) ? AF_INET6 : AF_INET;
  const address = Buffer.alloc(family === AF_INET6 ? 28 : 16);
  address.writeUInt16LE(family, 0);
  address.writeUInt16BE(port, 2);
  if (family === AF_INET) address.set(host.split('.').map(Number), 4);
  else address.set(ipv6Bytes(host), 8);
  return address;
}

export function sockaddrPort(address: Buffer): number {
  return address.readUInt16BE(2);
}

function ipv6Bytes(host: string): number[] {
  // The URL parser writes every form of an IPv6 address in one way: hexadecimal groups, with at most one `::`.
  const [head = '', tail] = new URL(`http://[${host.replace(/%.*$/, '')}]`).hostname.slice(1, -1).split('::');
  const groups = (text = ''): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail)];
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return all.flatMap((group) => [group >> 8, group & 255]);
}
