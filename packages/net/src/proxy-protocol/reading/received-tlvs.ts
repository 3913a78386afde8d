// The TLVs of a header that was received, as they came. What may be passed on of them is passed-tlvs.ts's to say.

import { ADDRESSES_LENGTH, UNSPEC, V2_FIXED_LENGTH } from '../v2-format.ts';
import { toldFamily } from './parse-v2.ts';

/**
 * A copy of the bytes behind the addresses. Undefined where there are none, or where they can't be told from the addresses.
 * @param header a whole one of version 2, which `parseProxyHeader` has accepted
 */
export function receivedTlvs(header: Uint8Array): Uint8Array | undefined {
  const family = toldFamily(header);
  if (family === UNSPEC) return undefined;
  const start = V2_FIXED_LENGTH + (ADDRESSES_LENGTH[family] as number);
  return start < header.length ? Uint8Array.from(header.subarray(start)) : undefined;
}
