// Targets as one process tells others of them. Plain data.
import type { TargetMode, TargetRecord } from './target.ts';
import type { TargetOptions } from './target-control.ts';

/** A target as the primary sees it. */
export interface TargetState {
  readonly options: TargetOptions;
  readonly mode: TargetMode;
  readonly healthVersion: number;
  /** ms for which it is still left alone; `undefined` while it is healthy. */
  readonly suspendedFor: number | undefined;
}

export function targetStates(targets: readonly TargetRecord[], now: number): TargetState[] {
  return targets.map(({ options, weight, mode, healthVersion, suspendedUntil }) => ({
    options: { ...options, weight },
    mode,
    healthVersion,
    suspendedFor: suspendedUntil === undefined ? undefined : Math.max(suspendedUntil - now, 0),
  }));
}
