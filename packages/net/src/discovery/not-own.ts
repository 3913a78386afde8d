// Leaves out where the balancer itself listens: a name that leads there leads nowhere.
import type { Endpoint } from '../base/endpoint.ts';
import type { ListenerOptions } from '../options/index.ts';
import { isOwnAddress, localAddresses } from '../options/own-address.ts';

export function notOwn(
  endpoints: readonly Endpoint[],
  { sourceHost, sourcePort }: Pick<ListenerOptions, 'sourceHost' | 'sourcePort'>,
): readonly Endpoint[] {
  const isSuspect = (endpoint: Endpoint) => 'port' in endpoint && endpoint.port === sourcePort;
  if (!endpoints.some(isSuspect)) return endpoints;
  const own = localAddresses();
  return endpoints.filter(
    (endpoint) => 'path' in endpoint || !isOwnAddress(endpoint.host, endpoint.port, sourceHost, sourcePort, own),
  );
}
