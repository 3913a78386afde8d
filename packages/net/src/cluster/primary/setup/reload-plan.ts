// What another config asks of a running balancer: what changes at once, what needs new workers, and what needs a restart. Pure.
import { isDeepStrictEqual } from 'node:util';
import { BalancerError } from '@lb/core';
import { type OptionName, optionNodes, type ResolvedOptions } from '../../../options/index.ts';

export interface ReloadPlan {
  readonly changed: readonly OptionName[];
  readonly replacesWorkers: boolean;
  readonly movesListeners: boolean;
  readonly changesTargets: boolean;
}

/** @param isPartly whether some workers are of another config still @throws {BalancerError} `NEEDS_RESTART` */
export function planReload(now: ResolvedOptions, wanted: ResolvedOptions, isPartly = false): ReloadPlan {
  const names = [...new Set([...Object.keys(now), ...Object.keys(wanted)])] as OptionName[];
  const changed = names.filter((name) => !isDeepStrictEqual(now[name], wanted[name]));
  const fixed = changed.filter((name) => optionNodes.get(name)?.reload === 'restart');
  if (fixed.length > 0) {
    throw new BalancerError(
      `${fixed.join(' and ')} can't be changed while the balancer runs, and nothing was. Stop it and start it again to change ${fixed.length > 1 ? 'them' : 'it'}.`,
      { code: 'NEEDS_RESTART' },
    );
  }
  const ofWorkers = changed.filter((name) => optionNodes.get(name)?.reload === 'workers');
  const movesListeners = isPartly || ofWorkers.some((name) => optionNodes.get(name)?.scope === 'listener');
  return {
    changed,
    movesListeners,
    replacesWorkers: movesListeners || ofWorkers.length > 0,
    changesTargets: changed.includes('targets'),
  };
}
