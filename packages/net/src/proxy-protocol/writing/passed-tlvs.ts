// Which TLVs of a received header go into the one that is sent for the same connection: all but those that concern that header
// alone, and those that this balancer sets itself.
import { TLV_CRC32C, TLV_FIXED_LENGTH, TLV_NOOP, TLV_UNIQUE_ID } from '../v2-format.ts';

export interface PassedTlvsSettings {
  readonly leavesOutUniqueId: boolean;
  /** Bytes. A TLV that has no room any more is left out; a shorter one behind it may still have. */
  readonly room: number;
}

/** @param tlvs valid ones */
export function passedTlvs(tlvs: Uint8Array, { leavesOutUniqueId, room }: PassedTlvsSettings): Uint8Array {
  const passed = new Uint8Array(Math.min(tlvs.length, Math.max(room, 0)));
  let length = 0;
  let next: number;
  for (let at = 0; at < tlvs.length; at = next) {
    const type = tlvs[at];
    next = at + TLV_FIXED_LENGTH + (tlvs[at + 1] as number) * 256 + (tlvs[at + 2] as number);
    if (type === TLV_CRC32C || type === TLV_NOOP || (type === TLV_UNIQUE_ID && leavesOutUniqueId)) continue;
    if (length + next - at > passed.length) continue;
    passed.set(tlvs.subarray(at, next), length);
    length += next - at;
  }
  return passed.subarray(0, length);
}
