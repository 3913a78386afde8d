// Targets as one process sends them to others. Plain data.
import { followedHealth } from './health.ts';
import type { TargetOptions } from './target-options.ts';
import { targetId } from './target-options.ts';
import type { TargetPool } from './target-pool.ts';
import type { TargetMode, TargetRecord } from './target-record.ts';

/** A target as the primary sees it. */
export interface TargetState {
  readonly options: TargetOptions;
  readonly mode: TargetMode;
  readonly healthVersion: number;
  readonly suspended: boolean;
  /** Of its addresses the one that all processes connect to. */
  readonly address?: string | undefined;
}

export function targetStates(targets: readonly TargetRecord[]): TargetState[] {
  return targets.map(({ options, weight, mode, health, suspended, address }) => ({
    options: { ...options, weight },
    mode,
    healthVersion: health.version,
    suspended,
    address,
  }));
}

/** Takes over the list, the modes and the health that another process has decided on. */
export function applyStates(pool: TargetPool, states: readonly TargetState[]): void {
  const before = new Set(pool.targets);
  pool.setTargets(states.map(({ options }) => options));
  for (const { options, mode, healthVersion, suspended, address } of states) {
    const target = pool.get(targetId(options));
    if (!target) continue;
    target.mode = mode;
    target.address = address;
    // The same version is the same health, save for what was learned here since; for one that comes back it is counted anew.
    if (target.health.version === healthVersion && before.has(target)) continue;
    target.health = followedHealth(healthVersion, suspended ? 'elsewhere' : undefined);
  }
}
