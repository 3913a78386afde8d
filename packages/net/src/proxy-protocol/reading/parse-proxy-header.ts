// Reads the header with which a proxy tells whose connection it forwards. Pure: reading the bytes, waiting for them, and whom to
// believe are the caller's, who asks for a header only where one has to be (the specification, section 2).

import type { ProxyHeaderResult } from '../proxy-header.ts';
import { PROXY_HEADER_MOST_LENGTH, V2_SIGNATURE } from '../v2-format.ts';
import { parseV1, V1_LEAST_LENGTH, V1_SIGNATURE } from './parse-v1.ts';
import { parseV2 } from './parse-v2.ts';

/**
 * @param bytes the stream from its first byte on, as far as it is known. Bytes behind the header do no harm, and change nothing.
 * @param mostLength bytes of the longest header of version 2, at least 107: a line of version 1 may have as many anyway
 */
export function parseProxyHeader(bytes: Uint8Array, mostLength: number = PROXY_HEADER_MOST_LENGTH): ProxyHeaderResult {
  if (bytes.length === 0) return { needs: V1_LEAST_LENGTH, mayBeForeign: true };
  if (mayBegin(bytes, V1_SIGNATURE)) return marked(parseV1(bytes), bytes.length < V1_SIGNATURE.length);
  if (mayBegin(bytes, V2_SIGNATURE)) return marked(parseV2(bytes, mostLength), bytes.length < V2_SIGNATURE.length);
  return { malformed: 'it begins with neither signature of the PROXY protocol', isForeign: true };
}

function marked(result: ProxyHeaderResult, mayBeForeign: boolean): ProxyHeaderResult {
  return mayBeForeign && 'needs' in result ? { ...result, mayBeForeign } : result;
}

function mayBegin(bytes: Uint8Array, signature: Uint8Array): boolean {
  return signature.every((byte, at) => at >= bytes.length || bytes[at] === byte);
}
