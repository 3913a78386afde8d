// The health of targets where another process decides on it, as the primary does for its workers. What is learned here is
// reported there; until its decision comes, a target that failed is skipped here, and one that was reached stays suspended.
import { decidedElsewhere } from './health.ts';
import type { Outcome, TargetHealth } from './target-health.ts';
import type { TargetRecord } from './target-record.ts';

export type ReportHealth = (target: TargetRecord, outcome: Outcome, reason: string | undefined) => void;

export class FollowingHealth implements TargetHealth {
  suspension: number;
  readonly #report: ReportHealth;

  /** @param report sends news to the process that decides */
  constructor(suspension: number, report: ReportHealth) {
    this.suspension = suspension;
    this.#report = report;
  }

  report(target: TargetRecord, version: number, outcome: Outcome, now: number, reason?: string): void {
    if (target.health.version !== version) return;
    if (outcome === 'failed') this.#failed(target, now, reason);
    else this.#reached(target);
  }

  /** The version stays: it is the deciding process that counts. */
  suspend(target: TargetRecord, now: number): void {
    const { health } = target;
    const until = now + this.suspension;
    if (health.state === 'recovering') target.health = { ...health, until };
    else target.health = decidedElsewhere(health.version, until);
  }

  /** Takes over what was decided. @param until `undefined` for a healthy target */
  follow(target: TargetRecord, version: number, until: number | undefined): void {
    target.health = decidedElsewhere(version, until);
  }

  /** Lets one client try a suspended target, from now on and until then. */
  lendTrial(target: TargetRecord, now: number, trialUntil: number): void {
    const { health } = target;
    if (health.state !== 'suspended' && health.state !== 'onTrial') return;
    target.health = { ...health, until: Math.min(health.until, now), trialUntil };
  }

  #failed(target: TargetRecord, now: number, reason: string | undefined): void {
    const isKnown = target.suspendedUntil !== undefined && now < target.suspendedUntil;
    this.suspend(target, now);
    if (!isKnown) this.#report(target, 'failed', reason);
  }

  #reached(target: TargetRecord): void {
    const { health } = target;
    if (health.state === 'healthy' || health.state === 'recovering') return;
    target.health = { state: 'recovering', version: health.version, until: health.until };
    this.#report(target, 'reached', undefined);
  }
}
