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
  const changes = [...optionNodes].filter(([name]) => !isDeepStrictEqual(now[name], wanted[name]));
  const fixed = changes.filter(([, { reload }]) => reload === 'restart').map(([name]) => name);
  if (fixed.length > 0) {
    throw new BalancerError(
      `${fixed.join(' and ')} can't be changed while the balancer runs, and nothing was. Stop it and start it again to change ${fixed.length > 1 ? 'them' : 'it'}.`,
      { code: 'NEEDS_RESTART' },
    );
  }
  const ofWorkers = changes.filter(([, { reload }]) => reload === 'workers');
  const movesListeners = isPartly || ofWorkers.some(([, { scope }]) => scope === 'listener');
  const changed = changes.map(([name]) => name);
  return {
    changed,
    movesListeners,
    replacesWorkers: movesListeners || ofWorkers.length > 0,
    changesTargets: changed.includes('targets'),
  };
}
