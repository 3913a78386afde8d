// Whether this process may connect from other machines' addresses: the option `transparent` needs it.
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { BalancerError } from '@lb/core';
import { plainAddress } from '@lb/core/internal';
import type { Endpoint } from '../base/endpoint.ts';
import type { Engine } from './engine.ts';

/** The number of CAP_NET_ADMIN (linux/capability.h). */
const CAP_NET_ADMIN = 12n;

/** @throws {BalancerError} `NOT_TRANSPARENT` with what is missing */
export function refuseOpaque({ name, isTransparent }: Pick<Engine, 'name' | 'isTransparent'>): void {
  if (!isTransparent) {
    throw new BalancerError(
      `transparent is true, but the engine ${name} can't connect from a client's address. On Linux, set engine to "epoll".`,
      { code: 'NOT_TRANSPARENT' },
    );
  }
  if (mayAdministerNetwork()) return;
  throw new BalancerError(
    "transparent is true, but this process lacks the right to connect from a client's address. Start it as root, or give it CAP_NET_ADMIN (with systemd: AmbientCapabilities=CAP_NET_ADMIN CAP_NET_BIND_SERVICE).",
    { code: 'NOT_TRANSPARENT' },
  );
}

/** Of a target's addresses those that can be connected to from this one: of its family, or none of the network's. */
export function reachableFrom(source: string, endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const isIpv6 = plainAddress(source).includes(':');
  return endpoints.filter((endpoint) => 'path' in endpoint || isIPv6(endpoint.host) === isIpv6);
}

function mayAdministerNetwork(): boolean {
  try {
    const [, effective = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
    return ((BigInt(`0x${effective}`) >> CAP_NET_ADMIN) & 1n) === 1n;
  } catch {
    return false;
  }
}
