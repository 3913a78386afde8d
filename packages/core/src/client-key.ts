// The client key: one short text for all addresses that are the same client. It knows addresses, not sockets.
import { ipv4Text, ipv6Text, parseIpv4, parseIpv6, plainAddress } from './address.ts';

/** How many leading bits of an address make the client; what follows them is ignored. */
export interface ClientKeyPrefix {
  /** 1 to 32. @default 32 */
  readonly ipv4Prefix: number;
  /** 1 to 128. A household or a phone owns a /64 and may use any address in it. @default 64 */
  readonly ipv6Prefix: number;
}

export const DEFAULT_CLIENT_KEY_PREFIX: ClientKeyPrefix = { ipv4Prefix: 32, ipv6Prefix: 64 };

/**
 * The client key of an address: IPv4-mapped IPv6 becomes IPv4, a zone is stripped, and the address is cut to its prefix.
 * Text that is no IP address (a unix socket's path, say) is its own key.
 */
export function clientKey(address: string, prefix: ClientKeyPrefix = DEFAULT_CLIENT_KEY_PREFIX): string {
  const plain = plainAddress(address);
  if (plain.includes(':')) return ipv6Key(plain, prefix.ipv6Prefix);
  return prefix.ipv4Prefix === 32 ? plain : ipv4Key(plain, prefix.ipv4Prefix);
}

function ipv4Key(address: string, prefix: number): string {
  const value = parseIpv4(address);
  return value === undefined ? address : `${ipv4Text((value & (0xffffffff << (32 - prefix))) >>> 0)}/${prefix}`;
}

function ipv6Key(address: string, prefix: number): string {
  const groups = parseIpv6(address);
  if (!groups) return address;
  const kept = groups.map((group, index) => {
    const bits = Math.min(Math.max(prefix - index * 16, 0), 16);
    return group & (0xffff << (16 - bits)) & 0xffff;
  });
  return prefix === 128 ? ipv6Text(kept) : `${ipv6Text(kept)}/${prefix}`;
}
