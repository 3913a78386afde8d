// The names of targets in a balancer of one process: where they lead, and which of its addresses each target is connected to. With several
// processes that is the primary's affair.
import type { Log } from '../base/log.ts';
import { answers } from '../checks/answers.ts';
import { AgreedAddresses } from '../discovery/agreed-addresses.ts';
import { DiscoveredTargets, type DiscoveredTargetsOptions } from '../discovery/discovered-targets.ts';
import { sentProxyVersion } from '../options/sent-proxy-version.ts';
import type { Balancer } from './balancer.ts';

/** Follows the names of a balancer's targets. @param lookup the system's resolver by default */
export function localNames(
  balancer: Balancer,
  log: Log,
  lookup?: DiscoveredTargetsOptions['lookup'],
): DiscoveredTargets {
  const { addresses } = balancer;
  const agreed = new AgreedAddresses({
    log,
    options: () => balancer.options.listener,
    probe: (target, endpoint) =>
      answers(endpoint, sentProxyVersion(discovered.optionsOf(target) ?? {}, balancer.options.pool)),
    onChange: (changed) => balancer.connectTo(changed),
  });
  const discovered: DiscoveredTargets = new DiscoveredTargets({
    log,
    interval: balancer.options.pool.dns.interval,
    ...(lookup && { lookup }),
    onChange: (endpoints) => {
      addresses.set(endpoints);
      agreed.follow(endpoints);
    },
  });
  addresses.source = {
    renew: (target) => void discovered.renew(target).then(() => addresses.renewed(target)),
    answered: (target, address, silent) => void agreed.answered(target, address, silent),
  };
  return discovered;
}
