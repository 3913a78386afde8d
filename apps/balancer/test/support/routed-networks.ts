// Clients, the balancer and targets, each in a network of their own, with a cable from the balancer's to each of the others.
import { type OwnNetwork, ownNetwork } from './own-network.ts';

export interface RoutedNetworks {
  readonly clients: OwnNetwork;
  readonly balancer: OwnNetwork;
  readonly targets: OwnNetwork;
}

/** Where everybody is. The balancer's interfaces are eth0, to the clients, and eth1. */
export const PLACES = {
  IPv4: {
    clients: ['10.0.1.2', '10.0.1.3', '10.0.1.4'],
    balancer: '10.0.1.1',
    gateway: '10.0.2.1',
    target: '10.0.2.2',
  },
  IPv6: {
    clients: ['fd00:1::2', 'fd00:1::3', 'fd00:1::4'],
    balancer: 'fd00:1::1',
    gateway: 'fd00:2::1',
    target: 'fd00:2::2',
  },
};

export type Family = keyof typeof PLACES;

/** The balancer is the targets' gateway. It forwards nothing. */
export async function routedNetworks(family: Family): Promise<RoutedNetworks> {
  const place = PLACES[family];
  const [clients, balancer, targets] = [await own(), await own(), await own()];
  balancer.run(`
    ip link add eth0 type veth peer name eth0 netns ${clients.pid}
    ip link add eth1 type veth peer name eth0 netns ${targets.pid}
    ${up('eth0', place.balancer)}
    ${up('eth1', place.gateway)}
  `);
  clients.run(up('eth0', ...place.clients));
  targets.run(`
    ${up('eth0', place.target)}
    ip route add default via ${place.gateway}
  `);
  return { clients, balancer, targets };
}

function own(): Promise<OwnNetwork> {
  return ownNetwork([], '127.0.0.1 localhost\n');
}

function up(link: string, ...addresses: string[]): string {
  // Without `nodad` the system first looks for another one with the address, which takes a second.
  const added = addresses.map((address) =>
    address.includes(':')
      ? `ip address add ${address}/64 dev ${link} nodad`
      : `ip address add ${address}/24 dev ${link}`,
  );
  return [...added, `ip link set ${link} up`].join('\n');
}
