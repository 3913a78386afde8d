// Reads a header of version 2: binary, with TLVs (the specification, section 2.2). Writes none.
import { ipv4Text } from '@lb/core/internal';
import { UNIX_PATH_SIZE } from '../address-pair.ts';
import { groupsText } from '../ip-groups.ts';
import type { ProxyAddress, ProxyEndpoints, ProxyHeaderResult } from '../proxy-header.ts';
import {
  ADDRESSES_LENGTH,
  DGRAM,
  INET,
  LOCAL,
  PROXY,
  STREAM,
  UNIX,
  UNSPEC,
  V2_FIXED_LENGTH,
  VERSION_2,
} from '../v2-format.ts';
import { readTlvs } from './read-tlvs.ts';

/**
 * @param bytes at least one, which agree with the signature as far as they reach
 * @param mostLength bytes of the whole header
 */
export function parseV2(bytes: Uint8Array, mostLength: number): ProxyHeaderResult {
  const seen = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const malformed = problemOf(seen);
  if (malformed !== undefined) return { malformed };
  if (seen.length < V2_FIXED_LENGTH) return { needs: V2_FIXED_LENGTH };

  const length = V2_FIXED_LENGTH + seen.readUInt16BE(14);
  if (length > mostLength) return { malformed: `the header has ${length} bytes, over ${mostLength}` };
  const family = toldFamily(seen);
  const tlvsAt = V2_FIXED_LENGTH + (ADDRESSES_LENGTH[family] as number);
  if (tlvsAt > length) return { malformed: 'the header is too short for its addresses' };
  if (seen.length < length) return { needs: length };

  const command = seen[12] === (VERSION_2 | LOCAL) ? 'local' : 'proxy';
  const none = { source: undefined, destination: undefined, uniqueId: undefined };
  // How much of such a header is addresses is said nowhere, so where its TLVs begin isn't known either.
  if (family === UNSPEC) return { length, version: 'v2', command, ...none };
  const tlvs = readTlvs(seen.subarray(0, length), tlvsAt);
  if ('malformed' in tlvs) return tlvs;
  const { source, destination } = endpoints(seen, family);
  return { length, version: 'v2', command, source, destination, uniqueId: tlvs.uniqueId };
}

/** What is wrong with the bytes between the signature and the length, as many of them as there are. */
function problemOf(seen: Buffer): string | undefined {
  const [versionAndCommand, familyAndProtocol] = [seen[12], seen[13]];
  if (versionAndCommand === undefined) return undefined;
  if ((versionAndCommand & 0xf0) !== VERSION_2) return `the version is ${versionAndCommand >> 4} in place of 2`;
  const command = versionAndCommand & 15;
  if (command > PROXY) return `there is no command ${command}`;
  if (command === LOCAL || familyAndProtocol === undefined) return undefined;
  const family = familyAndProtocol >> 4;
  const protocol = familyAndProtocol & 15;
  if (family > UNIX) return `there is no address family ${family}`;
  if (protocol === DGRAM) return 'the protocol is one of datagrams';
  return protocol > DGRAM ? `there is no protocol ${protocol}` : undefined;
}

/** The family of the addresses that count: UNSPEC when there are none that do. */
export function toldFamily(seen: Uint8Array): number {
  const familyAndProtocol = seen[13] as number;
  const isTold = seen[12] === (VERSION_2 | PROXY) && (familyAndProtocol & 15) === STREAM;
  return isTold ? familyAndProtocol >> 4 : UNSPEC;
}

function endpoints(header: Buffer, family: number): ProxyEndpoints {
  const at = V2_FIXED_LENGTH;
  if (family === UNIX)
    return { source: unixAddress(header, at), destination: unixAddress(header, at + UNIX_PATH_SIZE) };
  const size = family === INET ? 4 : 16;
  const address = (index: number): ProxyAddress => ({
    host: ipText(header.subarray(at + index * size, at + (index + 1) * size)),
    port: header.readUInt16BE(at + 2 * size + 2 * index),
  });
  return { source: address(0), destination: address(1) };
}

function ipText(bytes: Buffer): string {
  if (bytes.length === 4) return ipv4Text(bytes.readUInt32BE(0));
  return groupsText(Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(2 * group)));
}

/** An abstract name may have a NUL anywhere, so only those behind it are left out; a path ends with its first. */
function unixAddress(header: Buffer, at: number): ProxyAddress {
  const bytes = header.subarray(at, at + UNIX_PATH_SIZE);
  let end = bytes.indexOf(0);
  if (end === 0) end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  return { path: bytes.subarray(0, end < 0 ? UNIX_PATH_SIZE : end).toString() };
}
