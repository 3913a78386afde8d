// Writes the header that tells a target whose connection it gets. When to send one, and to whom, is the caller's.
import { addressPair } from '../address-pair.ts';
import type { ProxyEndpoints } from '../proxy-header.ts';
import { encodeV1 } from './encode-v1.ts';
import { encodeV2, type V2Extras } from './encode-v2.ts';

/**
 * @param about `'local'` for a connection of this process's own. In version 1 that is UNKNOWN, which some receivers refuse, so
 *   a health check had better tell the addresses of its own socket there (section 2.1). So it is with addresses that a
 *   version has no form for: the header then tells none.
 * @param extras version 2 only
 * @throws {RangeError} for a port that is none, and for a unique id that is too long
 */
export function encodeProxyHeader(
  version: 'v1' | 'v2',
  about: ProxyEndpoints | 'local',
  extras: V2Extras = {},
): Buffer {
  const pair = about === 'local' ? undefined : addressPair(about);
  return version === 'v1' ? encodeV1(pair) : encodeV2(pair, extras);
}
