// What a controller script may ask of the balancer it runs in. An interface: one process answers it directly,
// a worker passes it on to its primary, and a change holds for all workers either way.

import type { TargetOptions } from './target-options.ts';

/** The options that a controller may read, as they hold now. */
export interface ControllerSettings {
  readonly sourcePort: number;
  /** Absolute. */
  readonly balancerControllerPath?: string | undefined;
  readonly downgradeToUser?: string | number | undefined;
  /** ms */
  readonly targetDeactivationDuration: number;
  /** ms */
  readonly sessionExpiry: number;
  /** ms */
  readonly sessionExpiryInterval: number;
  readonly stickiness: boolean;
}

export interface TargetControl {
  /** All targets, in the order of the list. */
  targets(): readonly TargetOptions[];
  /** Those that are not suspended, draining or disabled. */
  activeTargets(): readonly TargetOptions[];
  /**
   * Replaces the list of targets. These may have any option that a target has in a config.
   * @throws {Error} when the list is not valid; nothing has changed then
   */
  setTargets<Target extends TargetOptions>(targets: readonly Target[]): void;
  /**
   * Suspends a target for `targetDeactivationDuration`, 60 s by default; whether it can be reached plays no part. One that is not in the list is left alone.
   * @throws {BalancerError} INVALID_TARGET, when that is no host and port
   */
  deactivateTarget(host: string, port: number): void;
  /** @throws {BalancerError} INVALID_TARGET, when that is no host and port */
  isTargetActive(host: string, port: number): boolean;
  settings(): ControllerSettings;
  /** Stops the whole balancer. @param callback called when this process takes no more connections */
  close(callback?: () => void): void;
}
