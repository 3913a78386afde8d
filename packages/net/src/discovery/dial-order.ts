// In which order a target's addresses are tried. Pure.
import { isIPv6 } from 'node:net';
import type { Endpoint } from '../base/endpoint.ts';

/**
 * First the agreed one, whether it is listed or not: all processes leave it together. Then the others, IPv6 and IPv4 in turn, so that
 * a family without a route does not delay the other one (RFC 8305). Each family keeps the order of the answer.
 * @param agreed @default the first that is listed
 */
export function dialOrder(listed: readonly Endpoint[], agreed: Endpoint | undefined = listed[0]): readonly Endpoint[] {
  if (!agreed) return [];
  const others = listed.filter((endpoint) => hostOf(endpoint) !== hostOf(agreed));
  const isOfAgreed = (endpoint: Endpoint) => isIPv6(hostOf(endpoint)) === isIPv6(hostOf(agreed));
  const same = others.filter(isOfAgreed);
  const other = others.filter((endpoint) => !isOfAgreed(endpoint));
  const rest = Array.from({ length: Math.max(same.length, other.length) }, (_, n) => [other[n], same[n]]);
  return [agreed, ...rest.flat().filter((endpoint) => endpoint !== undefined)];
}

function hostOf(endpoint: Endpoint): string {
  return 'host' in endpoint ? endpoint.host : '';
}
