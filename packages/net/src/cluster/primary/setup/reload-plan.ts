// What another config asks of a running balancer: what changes at once, what needs new workers, and what needs a restart. Pure.
import { isDeepStrictEqual } from 'node:util';
import { BalancerError } from '../../../base/errors.ts';
import type { ResolvedOptions } from '../../../options/index.ts';

/** What all processes must share from the first connection on, what rights have been given up for, or what comes before them. */
const FIXED: readonly (keyof ResolvedOptions)[] = [
  'downgradeToUser',
  'downgradeToGroup',
  'hashSeed',
  'clientKey',
  'stickiness',
  'controlSocket',
];
/** What a worker takes in at its start. */
const OF_A_WORKER: readonly (keyof ResolvedOptions)[] = ['engine', 'balancerControllerPath', 'balancerCount'];
const OF_A_LISTENER: readonly (keyof ResolvedOptions)[] = ['sourceHost', 'sourcePort'];

export interface ReloadPlan {
  readonly changed: readonly (keyof ResolvedOptions)[];
  readonly replacesWorkers: boolean;
  readonly movesListeners: boolean;
  readonly changesTargets: boolean;
}

/** @param isPartly whether some workers are of another config still @throws {BalancerError} `NEEDS_RESTART` */
export function planReload(now: ResolvedOptions, wanted: ResolvedOptions, isPartly = false): ReloadPlan {
  const names = [...new Set([...Object.keys(now), ...Object.keys(wanted)])] as (keyof ResolvedOptions)[];
  const changed = names.filter((name) => !isDeepStrictEqual(now[name], wanted[name]));
  const among = (some: readonly (keyof ResolvedOptions)[]) => changed.filter((name) => some.includes(name));
  const fixed = among(FIXED);
  if (fixed.length > 0) {
    throw new BalancerError(
      `${fixed.join(' and ')} can't be changed while the balancer runs, and nothing was. Stop it and start it again to change ${fixed.length > 1 ? 'them' : 'it'}.`,
      { code: 'NEEDS_RESTART', source: 'internal' },
    );
  }
  const movesListeners = isPartly || among(OF_A_LISTENER).length > 0;
  return {
    changed,
    movesListeners,
    replacesWorkers: movesListeners || among(OF_A_WORKER).length > 0,
    changesTargets: changed.includes('targets'),
  };
}
