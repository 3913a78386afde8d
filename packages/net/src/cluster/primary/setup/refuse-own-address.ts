// A target that is the balancer itself would be connected to for ever.
import { BalancerError } from '@lb/core';
import { targetId } from '@lb/core/internal';
import type { Log } from '../../../base/log.ts';
import type { Endpoints } from '../../../discovery/address-book.ts';
import type { ListenerOptions, PoolOptions } from '../../../options/index.ts';
import { isOwnAddress, localAddresses } from '../../../options/own-address.ts';

type OwnOptions = ListenerOptions & PoolOptions;

/** @throws {BalancerError} `OWN_ADDRESS` when a target's name leads back here */
export function refuseOwnAddress(options: OwnOptions, endpoints: Endpoints): void {
  for (const [target, found] of ownTargets(options, endpoints)) {
    throw new BalancerError(
      `The target ${target} is this balancer itself (${found.join(', ')}). Give the target's own port.`,
      { code: 'OWN_ADDRESS' },
    );
  }
}

/** For a primary that takes the place of one that has served: that one passed such a target over, and clients have others. */
export function warnOfOwnAddress(options: OwnOptions, endpoints: Endpoints, log: Log): void {
  for (const [target, addresses] of ownTargets(options, endpoints)) {
    const text = `target ${target} is passed over while its name leads to this balancer itself (${addresses.join(', ')})`;
    log.error({ target, code: 'OWN_ADDRESS', addresses }, text);
  }
}

/** The ids of the targets whose names lead back here, each with where its name leads. */
function* ownTargets(
  { targets, sourceHost, sourcePort }: OwnOptions,
  endpoints: Endpoints,
): Generator<readonly [target: string, found: readonly string[]]> {
  const own = localAddresses();
  for (const target of targets) {
    if (!('host' in target)) continue;
    const id = targetId(target);
    const found = (endpoints.get(id) ?? []).flatMap((each) => ('host' in each ? [each.host] : []));
    if (found.some((address) => isOwnAddress(address, target.port, sourceHost, sourcePort, own))) yield [id, found];
  }
}
