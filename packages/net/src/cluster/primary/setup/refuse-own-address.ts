// A target that is the balancer itself would be connected to for ever.
import { BalancerError } from '@lb/core';
import { targetId } from '@lb/core/internal';
import type { Endpoints } from '../../../discovery/address-book.ts';
import type { ListenerOptions, PoolOptions } from '../../../options/index.ts';
import { isOwnAddress, localAddresses } from '../../../options/own-address.ts';

/** @throws {BalancerError} `OWN_ADDRESS` when a target's name leads back here */
export function refuseOwnAddress(
  { targets, sourceHost, sourcePort }: ListenerOptions & PoolOptions,
  endpoints: Endpoints,
): void {
  const own = localAddresses();
  for (const target of targets) {
    if (!('host' in target)) continue;
    const found = (endpoints.get(targetId(target)) ?? []).flatMap((each) => ('host' in each ? [each.host] : []));
    if (!found.some((address) => isOwnAddress(address, target.port, sourceHost, sourcePort, own))) continue;
    throw new BalancerError(
      `The target ${targetId(target)} is this balancer itself (${found.join(', ')}). Give the target's own port.`,
      { code: 'OWN_ADDRESS' },
    );
  }
}
