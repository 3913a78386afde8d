// Both ends of a connection in one family, as either version of a header has to have them. Writes no header.
import { ipGroups, isMapped } from './ip-groups.ts';
import type { ProxyAddress, ProxyEndpoints } from './proxy-header.ts';

export interface IpEnd {
  readonly groups: readonly number[];
  readonly port: number;
}

export type AddressPair =
  | { readonly family: 'IPv4' | 'IPv6'; readonly source: IpEnd; readonly destination: IpEnd }
  | { readonly family: 'unix'; readonly source: Buffer; readonly destination: Buffer };

/** Bytes of a path in `struct sockaddr_un`, and of one in a header (section 2.2). One of that many has no NUL behind it. */
export const UNIX_PATH_SIZE = 108;

/**
 * An IPv4 and an IPv6 address become two IPv6 ones. Undefined for what no header can tell: an IP address together with a path,
 * a path longer than a socket's can be, text that is no IP address.
 * @throws {RangeError} for a port that is none
 */
export function addressPair({ source, destination }: ProxyEndpoints): AddressPair | undefined {
  if ('path' in source || 'path' in destination) {
    const ends = [pathBytes(source), pathBytes(destination)] as const;
    return ends[0] && ends[1] && { family: 'unix', source: ends[0], destination: ends[1] };
  }
  const ends = [ipEnd(source.host, source.port), ipEnd(destination.host, destination.port)] as const;
  if (!ends[0] || !ends[1]) return undefined;
  const family = isMapped(ends[0].groups) && isMapped(ends[1].groups) ? 'IPv4' : 'IPv6';
  return { family, source: ends[0], destination: ends[1] };
}

function ipEnd(host: string, port: number): IpEnd | undefined {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`${port} is not a port`);
  const groups = ipGroups(host);
  return groups && { groups, port };
}

function pathBytes(address: ProxyAddress): Buffer | undefined {
  if (!('path' in address) || address.path.indexOf('\0') > 0) return undefined;
  const bytes = Buffer.from(address.path);
  return bytes.length > UNIX_PATH_SIZE ? undefined : bytes;
}
