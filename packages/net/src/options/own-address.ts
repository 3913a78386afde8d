// Whether an address is where the balancer itself listens, so that forwarding there would go round in circles.

import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { plainAddress } from '@lb/core/internal';

/**
 * Whether connecting to `address` and `port` reaches the balancer's own listener.
 * @param address an IP address or `localhost`; any other name is not own until it has been resolved
 * @param sourceHost the address the balancer listens on; `::` takes IPv4 as well
 * @param sourcePort the port it listens on; 0 is not yet known, so it is never the same
 * @param localAddresses the addresses of this machine's interfaces
 */
export function isOwnAddress(
  address: string,
  port: number,
  sourceHost: string,
  sourcePort: number,
  localAddresses: readonly string[],
): boolean {
  if (port !== sourcePort || sourcePort === 0) return false;
  const source = plainAddress(sourceHost);
  const local = new Set(localAddresses.map(plainAddress));
  return reachedBy(address).some(
    (reached) => reached === source || (covers(source, reached) && (isLoopback(reached) || local.has(reached))),
  );
}

/** The addresses of this machine's interfaces; none where the system doesn't tell. */
export function localAddresses(): string[] {
  try {
    return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
  } catch {
    // Some sandboxes forbid the question. Loopback addresses are known without it.
    return [];
  }
}

/** Where a connection to an address arrives. One to "any" arrives at loopback, at that of IPv4 where IPv6 is off. */
function reachedBy(address: string): string[] {
  const plain = plainAddress(address);
  if (plain === '0.0.0.0') return ['127.0.0.1'];
  if (plain === '::' || /^localhost\.?$/i.test(plain)) return ['::1', '127.0.0.1'];
  return [plain];
}

function covers(source: string, address: string): boolean {
  return source === '::' || (source === '0.0.0.0' && isIPv4(address));
}

function isLoopback(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}
