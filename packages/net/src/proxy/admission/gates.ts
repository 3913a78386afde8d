// What a client passes before it is admitted, as the options have it. The middleware is not among it.

import type { SplitOptions } from '../../options/index.ts';
import type { Limits } from '../limits/limits.ts';
import type { AdmissionContext } from './admission.ts';
import { ClientLists } from './client-lists.ts';
import { TrustedProxies } from './proxied-client.ts';

export function gatesOf(
  { listener, pool }: SplitOptions,
  limits: Limits,
): Pick<AdmissionContext, 'proxies' | 'lists' | 'limits'> {
  const { acceptProxyProtocol, allow, deny } = listener;
  return {
    proxies:
      acceptProxyProtocol &&
      new TrustedProxies({ ...acceptProxyProtocol, keepsTlvs: pool.proxyProtocolTlvs === 'pass' }),
    lists: allow || deny ? new ClientLists({ allow, deny }) : undefined,
    limits: limits.ofClients(listener),
  };
}
