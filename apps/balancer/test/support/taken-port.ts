// A config that is right, with a port that another program has: no primary can start with it.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { later } from './cleanup.ts';
import type { Host } from './host.ts';

/** Gives a balancer's config such a port. */
export async function takePort(place: Host, config: object): Promise<void> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  later(() => server.close());
  await place.write('config.json', { ...config, sourcePort: (server.address() as AddressInfo).port });
}
