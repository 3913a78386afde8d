// What a controller may ask about targets, answered from this process's own pool.
import type { TargetHealth, TargetOptions, TargetPool } from '@lb/core';
import { askedTargetId, type ControllerSettings, type TargetControl } from '@lb/core/internal';
import { deactivationOf } from '../options/deactivation.ts';
import type { ResolvedTarget, SplitOptions } from '../options/index.ts';

export interface PoolControlOptions {
  readonly pool: TargetPool;
  readonly health: TargetHealth;
  /** As they hold now. */
  readonly options: () => SplitOptions;
  /** Called when this process has changed the list. */
  readonly onTargets: () => void;
}

export class PoolControl implements Omit<TargetControl, 'close' | 'setTargets'> {
  readonly #options: PoolControlOptions;

  constructor(options: PoolControlOptions) {
    this.#options = options;
  }

  targets(): readonly TargetOptions[] {
    return this.#options.pool.targets.map((target) => target.options);
  }

  activeTargets(): readonly TargetOptions[] {
    return this.#options.pool.targets.filter((target) => target.active).map((target) => target.options);
  }

  /** @param targets that have been checked */
  setTargets(targets: readonly ResolvedTarget[]): void {
    this.#options.pool.setTargets(targets);
    this.#options.onTargets();
  }

  deactivateTarget(host: string, port: number): void {
    const { pool, health } = this.#options;
    const target = pool.get(askedTargetId(host, port));
    if (target) health.deactivate(target, performance.now(), 'requested');
  }

  settings(): ControllerSettings {
    const { process, listener, pool } = this.#options.options();
    return { ...process, ...listener, ...pool, targetDeactivationDuration: deactivationOf(pool) };
  }

  isTargetActive(host: string, port: number): boolean {
    return this.#options.pool.get(askedTargetId(host, port))?.active ?? false;
  }
}
