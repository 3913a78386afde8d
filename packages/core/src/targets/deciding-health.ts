// The health of targets where this process decides on it: the primary, and a balancer of one process.

import type { Outcome, TargetHealth } from './target-health.ts';
import type { TargetRecord } from './target-record.ts';

export interface DecidingHealthOptions {
  /** ms for which a target that failed is skipped. */
  readonly suspension: number;
  /** Called when a target's health has changed, with the reason where one was given. */
  readonly onHealth?: ((target: TargetRecord, health: 'suspended' | 'restored', reason?: string) => void) | undefined;
}

export class DecidingHealth implements TargetHealth {
  suspension: number;
  readonly #onHealth: DecidingHealthOptions['onHealth'];

  constructor({ suspension, onHealth }: DecidingHealthOptions) {
    this.suspension = suspension;
    this.#onHealth = onHealth;
  }

  report(target: TargetRecord, version: number, outcome: Outcome, now: number, reason?: string): void {
    if (target.health.version !== version) return;
    if (outcome === 'failed') this.suspend(target, now, reason);
    else this.restore(target);
  }

  suspend(target: TargetRecord, now: number, reason?: string): void {
    const wasHealthy = !target.suspended;
    target.health = {
      state: 'suspended',
      version: target.health.version + 1,
      until: now + this.suspension,
      trialUntil: Number.POSITIVE_INFINITY,
    };
    if (wasHealthy) this.#onHealth?.(target, 'suspended', reason);
  }

  /** Takes a suspended target back into use. */
  restore(target: TargetRecord): void {
    if (!target.suspended) return;
    target.health = { state: 'healthy', version: target.health.version + 1 };
    this.#onHealth?.(target, 'restored');
  }
}
