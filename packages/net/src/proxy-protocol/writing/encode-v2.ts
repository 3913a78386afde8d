// Writes a header of version 2: binary, with TLVs (the specification, section 2.2). Reads none.
import { type AddressPair, UNIX_PATH_SIZE } from '../address-pair.ts';
import { crc32c } from '../crc32c.ts';
import {
  ADDRESSES_LENGTH,
  INET,
  INET6,
  LOCAL,
  PROXY,
  PROXY_HEADER_MOST_LENGTH,
  STREAM,
  TLV_CRC32C,
  TLV_FIXED_LENGTH,
  TLV_UNIQUE_ID,
  UNIQUE_ID_MOST,
  UNIX,
  UNSPEC,
  V2_FIXED_LENGTH,
  V2_SIGNATURE,
  VERSION_2,
} from '../v2-format.ts';
import { passedTlvs } from './passed-tlvs.ts';

export interface V2Extras {
  /** Whether to write a checksum of the header (section 2.2.3). `@default` false. */
  readonly crc32c?: boolean | undefined;
  /** What this connection is called on every proxy that it passes: at most 128 bytes (section 2.2.5). Absent: none. */
  readonly uniqueId?: Uint8Array | undefined;
  /**
   * TLVs of a header that was received for the same connection, to be passed on. Its checksum, its padding and, beside `uniqueId`,
   * its unique id are left out, and so is what would make the header longer than 4,096 bytes. Absent: none.
   */
  readonly tlvs?: Uint8Array | undefined;
}

const FAMILIES = { IPv4: INET, IPv6: INET6, unix: UNIX };

/**
 * @param pair undefined for addresses that are not to be told, or can't be. That is LOCAL, which every receiver has to accept
 *   and which has nothing behind it; PROXY without a family it may refuse.
 * @throws {RangeError} for a unique id that is too long
 */
export function encodeV2(pair: AddressPair | undefined, extras: V2Extras): Buffer {
  const { uniqueId } = extras;
  if (uniqueId && uniqueId.length > UNIQUE_ID_MOST) {
    throw new RangeError(`a unique id of ${uniqueId.length} bytes is over the ${UNIQUE_ID_MOST} that are allowed`);
  }
  if (!pair) return fixedPart(V2_FIXED_LENGTH, LOCAL, UNSPEC);
  const family = FAMILIES[pair.family];
  const addressesEnd = V2_FIXED_LENGTH + (ADDRESSES_LENGTH[family] as number);
  const uniqueIdEnd = addressesEnd + (uniqueId ? TLV_FIXED_LENGTH + uniqueId.length : 0);
  const checksumLength = extras.crc32c ? TLV_FIXED_LENGTH + 4 : 0;
  const room = PROXY_HEADER_MOST_LENGTH - uniqueIdEnd - checksumLength;
  const passed = extras.tlvs && passedTlvs(extras.tlvs, { leavesOutUniqueId: uniqueId !== undefined, room });
  const checksumAt = uniqueIdEnd + (passed?.length ?? 0);
  const length = checksumAt + checksumLength;
  const header = fixedPart(length, PROXY, (family << 4) | STREAM);
  writeAddresses(header, pair);
  if (uniqueId) header.set(uniqueId, writeTlvStart(header, addressesEnd, TLV_UNIQUE_ID, uniqueId.length));
  if (passed) header.set(passed, uniqueIdEnd);
  if (extras.crc32c) {
    // Last, since it covers all the rest, its own type and length among it. Itself it counts as four zeros, which are there.
    const at = writeTlvStart(header, checksumAt, TLV_CRC32C, 4);
    header.writeUInt32BE(crc32c(header), at);
  }
  return header;
}

function fixedPart(length: number, command: number, familyAndProtocol: number): Buffer {
  const header = Buffer.alloc(length);
  header.set(V2_SIGNATURE);
  header[12] = VERSION_2 | command;
  header[13] = familyAndProtocol;
  header.writeUInt16BE(length - V2_FIXED_LENGTH, 14);
  return header;
}

function writeAddresses(header: Buffer, pair: AddressPair): void {
  let at = V2_FIXED_LENGTH;
  if (pair.family === 'unix') {
    header.set(pair.source, at);
    header.set(pair.destination, at + UNIX_PATH_SIZE);
    return;
  }
  const first = pair.family === 'IPv4' ? 6 : 0;
  for (const { groups } of [pair.source, pair.destination]) {
    for (const group of groups.slice(first)) at = header.writeUInt16BE(group, at);
  }
  header.writeUInt16BE(pair.source.port, at);
  header.writeUInt16BE(pair.destination.port, at + 2);
}

/** @returns where the value begins */
function writeTlvStart(header: Buffer, at: number, type: number, length: number): number {
  header[at] = type;
  return header.writeUInt16BE(length, at + 1);
}
