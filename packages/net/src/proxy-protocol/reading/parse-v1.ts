// Reads a header of version 1: a line of text (the specification, section 2.1). Writes none.
import { isIPv4 } from 'node:net';
import { parseIpv6 } from '@lb/core/internal';
import { groupsText, ipGroups } from '../ip-groups.ts';
import type { ProxyAddress, ProxyHeader, ProxyHeaderResult } from '../proxy-header.ts';

export const V1_SIGNATURE: Uint8Array = Buffer.from('PROXY ');

/** Bytes of the shortest line, which is `PROXY UNKNOWN`, and of the longest, the CRLF of each included. */
export const V1_LEAST_LENGTH = 15;
export const V1_MOST_LENGTH = 107;

/**
 * The least bytes of each field, by the first, which is the family. Behind UNKNOWN anything may come. The destination may be of
 * the other family: nginx with realip writes the client that it was given beside the address that it accepted it on itself.
 */
const FIELDS: ReadonlyMap<string, readonly number[]> = new Map([
  ['TCP4', [4, '0.0.0.0'.length, '::'.length, 1, 1]],
  ['TCP6', [4, '::'.length, '::'.length, 1, 1]],
  ['UNKNOWN', [7]],
]);

/** The fields behind the family. */
const NAMES = ['source', 'destination', 'source port', 'destination port'];

/** What a field may look like that goes on. */
const BEGINNINGS = {
  TCP4: /^[\d.]{0,15}$/,
  TCP6: /^[\da-fA-F:.]{0,45}$/,
  either: /^[\da-fA-F:.]{0,45}$/,
  port: /^(?:0|[1-9]\d{0,4})?$/,
};
const WORDS = { TCP4: 'an IPv4 address', TCP6: 'an IPv6 address', either: 'an IP address', port: 'a port' };

/** @param bytes at least one, which agree with the signature as far as they reach */
export function parseV1(bytes: Uint8Array): ProxyHeaderResult {
  const seen = Math.min(bytes.length, V1_MOST_LENGTH);
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, seen).toString('latin1');
  const end = line.search(/[\r\n\0]/);
  if (line[end] === '\0') return { malformed: 'the line has a NUL in it' };
  if (line[end] === '\n') return { malformed: 'the line has an LF without a CR' };
  const isEnded = end >= 0;
  if (isEnded && end + 1 < seen && line[end + 1] !== '\n') return { malformed: 'the line has a CR without an LF' };

  const fields = line.slice(V1_SIGNATURE.length, isEnded ? end : seen).split(' ');
  const malformed = problemOf(fields, isEnded);
  if (malformed !== undefined) return { malformed };
  if (isEnded && end + 1 < seen) return header(end + 2, fields);
  const needs = isEnded ? seen + 1 : Math.max(seen, V1_SIGNATURE.length) + leastMissing(fields) + 2;
  if (needs > V1_MOST_LENGTH) return { malformed: `the line is longer than ${V1_MOST_LENGTH} bytes` };
  return { needs };
}

/** What is wrong with the fields of a line, the last of which may go on unless the line is ended. */
function problemOf(fields: readonly string[], isEnded: boolean): string | undefined {
  const [family = '', ...rest] = fields;
  if (!isEnded && rest.length === 0 && [...FIELDS.keys()].some((known) => known.startsWith(family))) return undefined;
  if (family === 'UNKNOWN') return undefined;
  if (family !== 'TCP4' && family !== 'TCP6') return 'the family is none of TCP4, TCP6 and UNKNOWN';
  for (const [index, field] of rest.entries()) {
    if (index >= NAMES.length) return 'there is something behind the ports';
    const kind = index >= 2 ? 'port' : index === 1 ? 'either' : family;
    const mayGoOn = !isEnded && index === rest.length - 1;
    if (!(mayGoOn ? BEGINNINGS[kind].test(field) : isWhole(field, kind)))
      return `the ${NAMES[index]} is not ${WORDS[kind]}`;
  }
  return isEnded && rest.length < NAMES.length ? 'the line ends before the ports' : undefined;
}

function isWhole(field: string, kind: keyof typeof BEGINNINGS): boolean {
  if (kind === 'port') return field !== '' && BEGINNINGS.port.test(field) && Number(field) <= 65_535;
  return (kind !== 'TCP6' && isIPv4(field)) || (kind !== 'TCP4' && parseIpv6(field) !== undefined);
}

/** The least bytes that have to come before the CRLF. */
function leastMissing(fields: readonly string[]): number {
  const at = fields.length - 1;
  let least = Infinity;
  for (const [family, lengths] of FIELDS) {
    if (!(at === 0 ? family.startsWith(fields[0] as string) : family === fields[0])) continue;
    let missing = Math.max(0, (lengths[at] ?? 0) - (fields[at] as string).length);
    for (const length of lengths.slice(at + 1)) missing += 1 + length;
    least = Math.min(least, missing);
  }
  return least;
}

function header(length: number, fields: readonly string[]): ProxyHeader {
  const [family, source = '', destination = '', sourcePort, destinationPort] = fields;
  const isKnown = family !== 'UNKNOWN';
  // Beside an IPv6 address, an IPv4 one is IPv4-mapped.
  const areIpv4 = family === 'TCP4' && isIPv4(destination);
  const address = (host: string, port: string | undefined): ProxyAddress => ({
    host: areIpv4 ? host : groupsText(ipGroups(host) as number[]),
    port: Number(port),
  });
  return {
    length,
    version: 'v1',
    command: 'proxy',
    source: isKnown ? address(source, sourcePort) : undefined,
    destination: isKnown ? address(destination, destinationPort) : undefined,
    uniqueId: undefined,
  };
}
