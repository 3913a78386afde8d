// Targets that are set while the balancer runs, by the rules of those in a config. Keeps no list.

import { resolveOptions } from './resolve.ts';
import type { ListenerOptions, ResolvedTarget } from './types.ts';

/** Where the balancer listens, so that it isn't set as its own target. */
export type ListensOn = Pick<ListenerOptions, 'sourceHost' | 'sourcePort'>;

const NOT_KNOWN: ListensOn = { sourceHost: '::', sourcePort: 0 };

/**
 * Validates a list of targets and fills in their weights; each is in the result once.
 * @param input what `BalancerOptions['targets']` describes; anything else is refused
 * @throws {OptionsError} with all that is wrong
 */
export function parseTargets(input: unknown, listensOn: ListensOn = NOT_KNOWN): readonly ResolvedTarget[] {
  const { sourceHost, sourcePort } = listensOn;
  return resolveOptions({ sourceHost, sourcePort, targets: input }).options.targets;
}
