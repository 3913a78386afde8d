// IP addresses of either family as eight groups of 16 bits, IPv4 as IPv4-mapped IPv6 (RFC 4291, section 2.5.5.2). No ports.
import { isIPv4 } from 'node:net';
import { ipv4Text, ipv6Text, parseIpv6 } from '@lb/core/internal';

const MAPPED = '::ffff:';

/** Undefined for what is no IP address. A zone is left out: it means something on one machine only. */
export function ipGroups(host: string): number[] | undefined {
  if (isIPv4(host)) return parseIpv6(MAPPED + host);
  const zone = host.indexOf('%');
  return parseIpv6(zone < 0 ? host : host.slice(0, zone));
}

export function isMapped(groups: readonly number[]): boolean {
  return groups[5] === 0xffff && groups.every((group, index) => index >= 5 || group === 0);
}

/** The dotted text of an IPv4-mapped address. */
export function mappedIpv4Text(groups: readonly number[]): string {
  return ipv4Text((groups[6] as number) * 0x10000 + (groups[7] as number));
}

/** As `net.Socket` writes it. */
export function groupsText(groups: readonly number[]): string {
  return isMapped(groups) ? MAPPED + mappedIpv4Text(groups) : ipv6Text(groups);
}
