// Addresses as the kernel takes and gives them: struct sockaddr_in, sockaddr_in6 (netinet/in.h) and sockaddr_un (sys/un.h).
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ipv4Text, ipv6Text, parseIpv6 } from '@lb/core/internal';
import type { Endpoint } from '../../base/endpoint.ts';
import { AF_INET, AF_INET6, AF_UNIX } from './libc.ts';

export interface SocketAddress {
  /** As `net.Socket` writes it: `::ffff:192.0.2.1` for an IPv4 client of a dual-stack listener. */
  readonly host: string;
  readonly port: number;
}

/** The largest of those an IP socket has. */
export const SOCKADDR_SIZE = 28;

/** @param host an IP address, never a name */
export function encodeSockaddr(host: string, port: number): Buffer {
  const family = isIPv6(host) ? AF_INET6 : AF_INET;
  const address = Buffer.alloc(family === AF_INET6 ? 28 : 16);
  address.writeUInt16LE(family, 0);
  address.writeUInt16BE(port, 2);
  if (family === AF_INET) {
    address.set(host.split('.').map(Number), 4);
  } else {
    const [bare = '', zone] = host.split('%');
    address.set(ipv6Bytes(bare), 8);
    if (zone !== undefined) address.writeUInt32LE(scopeId(zone), 24);
  }
  return address;
}

/** An endpoint's address, of whichever family it has. */
export function encodeEndpoint(endpoint: Endpoint): Buffer {
  return 'path' in endpoint ? encodePath(endpoint.path) : encodeSockaddr(endpoint.host, endpoint.port);
}

/** The address and port in an IPv4 or IPv6 `sockaddr`. */
export function socketAddress(address: Buffer): SocketAddress {
  const port = address.readUInt16BE(2);
  if (address.readUInt16LE(0) === AF_INET) return { host: ipv4Text(address.readUInt32BE(4)), port };
  const isMapped = (address.readUInt32BE(8) | address.readUInt32BE(12)) === 0 && address.readUInt32BE(16) === 0xffff;
  if (isMapped) return { host: `::ffff:${ipv4Text(address.readUInt32BE(20))}`, port };
  return { host: ipv6Text(Array.from({ length: 8 }, (_, group) => address.readUInt16BE(8 + group * 2))), port };
}

function encodePath(path: string): Buffer {
  const bytes = Buffer.from(path);
  const address = Buffer.alloc(2 + bytes.length + 1);
  address.writeUInt16LE(AF_UNIX, 0);
  bytes.copy(address, 2);
  return address;
}

function ipv6Bytes(host: string): number[] {
  const groups = parseIpv6(host);
  if (!groups) throw new TypeError(`${host} is not an IPv6 address`);
  return groups.flatMap((group) => [group >> 8, group & 255]);
}

/** The number of the interface in a link-local address's zone: `fe80::1%eth0`. */
function scopeId(zone: string): number {
  if (/^\d+$/.test(zone)) return Number(zone);
  return networkInterfaces()[zone]?.find(({ family }) => family === 'IPv6')?.scopeid ?? 0;
}
