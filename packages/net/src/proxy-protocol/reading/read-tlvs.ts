// Reads the TLVs behind the addresses of a header of version 2 (the specification, section 2.2): of those, the ones that a
// balancer has a use for.
import { crc32c } from '../crc32c.ts';
import type { MalformedProxyHeader } from '../proxy-header.ts';
import { TLV_CRC32C, TLV_FIXED_LENGTH, TLV_UNIQUE_ID, UNIQUE_ID_MOST } from '../v2-format.ts';

export interface Tlvs {
  /** A copy. */
  readonly uniqueId: Uint8Array | undefined;
}

const FOUR_ZEROS = new Uint8Array(4);

/**
 * @param header the whole of it, and nothing behind it
 * @param start where the first TLV is, if there is any
 */
export function readTlvs(header: Buffer, start: number): Tlvs | MalformedProxyHeader {
  let uniqueId: Uint8Array | undefined;
  let checksumAt: number | undefined;
  let next: number;
  for (let at = start; at < header.length; at = next) {
    const valueAt = at + TLV_FIXED_LENGTH;
    if (valueAt > header.length) return { malformed: 'the header ends within a TLV' };
    const length = header.readUInt16BE(at + 1);
    next = valueAt + length;
    if (next > header.length) return { malformed: 'a TLV reaches beyond the header' };
    if (header[at] === TLV_CRC32C) {
      if (length !== 4) return { malformed: `the checksum has ${length} bytes in place of 4` };
      if (checksumAt !== undefined) return { malformed: 'there is more than one checksum' };
      checksumAt = valueAt;
    } else if (header[at] === TLV_UNIQUE_ID) {
      if (length > UNIQUE_ID_MOST) return { malformed: `the unique id has ${length} bytes, over ${UNIQUE_ID_MOST}` };
      if (uniqueId) return { malformed: 'there is more than one unique id' };
      uniqueId = Uint8Array.from(header.subarray(valueAt, next));
    }
  }
  if (checksumAt !== undefined && !isChecksum(header, checksumAt)) return { malformed: 'the checksum is wrong' };
  return { uniqueId };
}

/** Whether the four bytes there are the checksum of a header that has zeros in their place. */
function isChecksum(header: Buffer, at: number): boolean {
  const before = crc32c(FOUR_ZEROS, crc32c(header.subarray(0, at)));
  return crc32c(header.subarray(at + 4), before) === header.readUInt32BE(at);
}
