// What a controller may ask about targets, answered from this process's own pool.
import type { TargetHealth, TargetOptions, TargetPool } from '@lb/core';
import { askedTargetId, type ControllerSettings, type TargetControl } from '@lb/core/internal';
import { type ListensOn, type PoolOptions, parseTargets } from '../options/index.ts';

export class PoolControl implements Omit<TargetControl, 'close'> {
  readonly #pool: TargetPool;
  readonly #health: TargetHealth;
  readonly #options: () => ControllerSettings & ListensOn;

  constructor(pool: TargetPool, health: TargetHealth, options: () => ControllerSettings & ListensOn) {
    this.#pool = pool;
    this.#health = health;
    this.#options = options;
  }

  targets(): readonly TargetOptions[] {
    return this.#pool.targets.map((target) => target.options);
  }

  activeTargets(): readonly TargetOptions[] {
    const now = performance.now();
    return this.#pool.targets.filter((target) => target.isActive(now)).map((target) => target.options);
  }

  setTargets(targets: readonly TargetOptions[]): void {
    this.#pool.setTargets(this.check(targets));
  }

  /** @returns a list as the options hold it. @throws {OptionsError} with all that is wrong with it */
  check(targets: readonly TargetOptions[]): PoolOptions['targets'] {
    return parseTargets(targets, this.#options());
  }

  deactivateTarget(host: string, port: number): void {
    const target = this.#pool.get(askedTargetId(host, port));
    if (target) this.#health.suspend(target, performance.now(), 'asked for');
  }

  settings(): ControllerSettings {
    return this.#options();
  }

  isTargetActive(host: string, port: number): boolean {
    return this.#pool.get(askedTargetId(host, port))?.isActive(performance.now()) ?? false;
  }
}
