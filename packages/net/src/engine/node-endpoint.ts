// An endpoint as `node:net` connects to it. libuv takes the zone of a link-local address as the name of an interface, and not as its
// number, which the kernel and the other engine take as well.
import { networkInterfaces } from 'node:os';
import type { Endpoint } from '../base/endpoint.ts';

const NUMERIC_ZONE = /^(.*)%(\d+)$/;

/** The same place, with the name of the interface where the zone is a number. One that no interface has stays as it is. */
export function nodeEndpoint(endpoint: Endpoint): Endpoint {
  if ('path' in endpoint || !endpoint.host.includes('%')) return endpoint;
  const [, address, zone] = NUMERIC_ZONE.exec(endpoint.host) ?? [];
  const name = zone && interfaceName(Number(zone));
  return name ? { host: `${address}%${name}`, port: endpoint.port } : endpoint;
}

function interfaceName(scope: number): string | undefined {
  const interfaces = Object.entries(networkInterfaces());
  return interfaces.find(([, addresses]) =>
    addresses?.some((address) => address.family === 'IPv6' && address.scopeid === scope),
  )?.[0];
}
