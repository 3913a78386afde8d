// Targets as the primary tells its workers of them.
import type { TargetRecord } from '../target.ts';
import type { TargetState } from './messages.ts';

export function targetStates(targets: readonly TargetRecord[], now: number): TargetState[] {
  return targets.map(({ options, weight, mode, healthVersion, suspendedUntil }) => ({
    options: { ...options, weight },
    mode,
    healthVersion,
    suspendedFor: suspendedUntil === undefined ? undefined : Math.max(suspendedUntil - now, 0),
  }));
}
