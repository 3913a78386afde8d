// What a controller may ask about targets, answered from this process's own pool.
import type { TargetHealth, TargetOptions, TargetPool } from '@lb/core';
import { askedTargetId, type ControllerSettings, type TargetControl } from '@lb/core/internal';
import { deactivationOf } from '../options/deactivation.ts';
import { type PoolOptions, parseTargets, type ResolvedOptions } from '../options/index.ts';

export interface PoolControlOptions {
  readonly pool: TargetPool;
  readonly health: TargetHealth;
  /** As they hold now. */
  readonly options: () => ResolvedOptions;
  /** Called when this process has changed the list. */
  readonly onTargets: () => void;
}

export class PoolControl implements Omit<TargetControl, 'close'> {
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

  setTargets(targets: readonly TargetOptions[]): void {
    this.#options.pool.setTargets(this.check(targets));
    this.#options.onTargets();
  }

  /** @returns a list as the options hold it. @throws {OptionsError} with all that is wrong with it */
  check(targets: unknown): PoolOptions['targets'] {
    return parseTargets(targets, this.#options.options());
  }

  deactivateTarget(host: string, port: number): void {
    const { pool, health } = this.#options;
    const target = pool.get(askedTargetId(host, port));
    if (target) health.deactivate(target, performance.now(), 'requested');
  }

  settings(): ControllerSettings {
    const options = this.#options.options();
    return { ...options, targetDeactivationDuration: deactivationOf(options) };
  }

  isTargetActive(host: string, port: number): boolean {
    return this.#options.pool.get(askedTargetId(host, port))?.active ?? false;
  }
}
