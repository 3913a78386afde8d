// What a client passes before it is admitted, as the options have it. The middleware is not among it.

import type { ResolvedOptions } from '../../options/index.ts';
import type { Limits } from '../limits/limits.ts';
import type { AdmissionContext } from './admission.ts';
import { ClientLists } from './client-lists.ts';
import { TrustedProxies } from './proxied-client.ts';

export function gatesOf(
  options: ResolvedOptions,
  limits: Limits,
): Pick<AdmissionContext, 'proxies' | 'lists' | 'limits'> {
  const { acceptProxyProtocol, proxyProtocolTlvs, allow, deny } = options;
  return {
    proxies:
      acceptProxyProtocol && new TrustedProxies({ ...acceptProxyProtocol, keepsTlvs: proxyProtocolTlvs === 'pass' }),
    lists: allow || deny ? new ClientLists({ allow, deny }) : undefined,
    limits: limits.ofClients(options),
  };
}
