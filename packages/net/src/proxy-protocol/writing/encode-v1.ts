// Writes a header of version 1: a line of text (the specification, section 2.1). Reads none.
import { ipv6Text } from '@lb/core/internal';
import type { AddressPair, IpEnd } from '../address-pair.ts';
import { mappedIpv4Text } from '../ip-groups.ts';

/** @param pair undefined for addresses that are not to be told, or can't be */
export function encodeV1(pair: AddressPair | undefined): Buffer {
  if (!pair || pair.family === 'unix') return Buffer.from('PROXY UNKNOWN\r\n');
  // The specification knows IPv6 addresses in hexadecimal only, so an IPv4-mapped one is not written with dots.
  const text = (end: IpEnd): string => (pair.family === 'IPv4' ? mappedIpv4Text(end.groups) : ipv6Text(end.groups));
  const { source, destination } = pair;
  const family = pair.family === 'IPv4' ? 'TCP4' : 'TCP6';
  return Buffer.from(`PROXY ${family} ${text(source)} ${text(destination)} ${source.port} ${destination.port}\r\n`);
}
