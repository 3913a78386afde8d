// The client key: one short text for all addresses that are the same client. It knows addresses, not sockets.
import { ipv4Text, ipv6Text, parseAddress } from './address.ts';

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
  if (prefix.ipv4Prefix === 32 && !address.includes(':')) return address;
  const parsed = parseAddress(address);
  if (parsed === undefined) return address;
  return typeof parsed === 'number' ? ipv4Key(parsed, prefix.ipv4Prefix) : ipv6Key(parsed, prefix.ipv6Prefix);
}

function ipv4Key(address: number, prefix: number): string {
  return prefix === 32 ? ipv4Text(address) : `${ipv4Text(address & (-1 << (32 - prefix)))}/${prefix}`;
}

function ipv6Key(groups: readonly number[], prefix: number): string {
  if (prefix === 128) return ipv6Text(groups);
  const kept = groups.map((group, index) => {
    const bits = Math.min(Math.max(prefix - index * 16, 0), 16);
    return group & (0xffff << (16 - bits)) & 0xffff;
  });
  return `${ipv6Text(kept)}/${prefix}`;
}
