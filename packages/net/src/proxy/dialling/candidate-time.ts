// How long a connection may try one candidate, and from when on the candidate's silence counts as a failure. Pure; what a target
// with several addresses does within its time is TargetDial's.
import type { Route } from '@lb/core';
import type { PoolOptions } from '../../options/index.ts';

export type ConnectLimits = Pick<PoolOptions, 'connectTimeout' | 'connectBudget'>;
/** Whether there are other candidates, asked only if the answer matters. */
export type OtherCandidates = Pick<Route, 'hasNext'>;

/** The part of connectTimeout that half of the budget must be: what the candidates before took is never quite what they had. */
const NEARLY = 0.9;

/**
 * ms, whole, that a candidate may take. Half of what is left of the budget is kept for the candidates after it, so that silent
 * ones never use up all of it while one is untried.
 * @param left of the budget
 */
export function candidateTime(
  { connectTimeout }: ConnectLimits,
  left: number,
  others: OtherCandidates,
  now: number,
): number {
  const half = left / 2;
  if (half >= connectTimeout * NEARLY) return connectTimeout;
  return Math.ceil(others.hasNext(now) ? half : Math.min(connectTimeout, left));
}

/** The same for a target whose connects are never silent: the last candidate may wait for room as long as the budget lasts. */
export function waitingTime(limits: ConnectLimits, left: number, others: OtherCandidates, now: number): number {
  return others.hasNext(now) ? candidateTime(limits, left, others, now) : Math.ceil(left);
}

/**
 * Whether a target that was silent for so long has failed. A candidate that came late in the budget had less, which says
 * nothing about it.
 */
export function isFailure({ connectTimeout, connectBudget }: ConnectLimits, time: number): boolean {
  return time >= Math.min(connectTimeout, connectBudget / 2);
}
