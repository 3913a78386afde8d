// The health of targets where another process decides on it, as the primary does for its workers. What is learned here is
// reported there; until its decision comes, a target that failed is skipped here, and one that was reached stays suspended.
import { followedHealth, type Health } from './health.ts';
import type { Outcome, TargetHealth } from './target-health.ts';
import type { TargetRecord } from './target-record.ts';

export type ReportHealth = (target: TargetRecord, outcome: Outcome, reason: string | undefined) => void;

/** ms between two reports of failures of one target, where each may be its client's fault. */
const DOUBT_INTERVAL = 1_000;

export class FollowingHealth implements TargetHealth {
  readonly #report: ReportHealth;
  #confirms: boolean;
  /** Suspensions of targets that were reached: there is no more to report while one lasts. */
  readonly #reached = new WeakSet<Health>();
  /** When each target was last reported to have failed, where each may be its client's fault. */
  readonly #doubted = new WeakMap<TargetRecord, number>();

  /**
   * @param report sends news to the process that decides
   * @param confirms whether that process probes a target that failed a client before it suspends it: until then nothing is skipped here
   */
  constructor(report: ReportHealth, confirms = false) {
    this.#report = report;
    this.#confirms = confirms;
  }

  report(target: TargetRecord, version: number, outcome: Outcome, now: number, reason?: string): void {
    const { health } = target;
    if (health.version !== version) return;
    if (outcome === 'failed') return this.#failed(target, now, reason);
    if (health.state === 'healthy' || this.#reached.has(health)) return;
    this.#reached.add(health);
    this.#report(target, outcome, undefined);
  }

  /** The version stays: it is the deciding process that counts. */
  deactivate(target: TargetRecord): void {
    target.health = followedHealth(target.health.version, 'reported');
  }

  /** Takes over what was decided. */
  follow(target: TargetRecord, version: number, isSuspended: boolean): void {
    target.health = followedHealth(version, isSuspended ? 'elsewhere' : undefined);
  }

  /** Goes by this from now on. @param targets all that this process knows */
  configure(confirms: boolean, targets: Iterable<TargetRecord>): void {
    const isNew = confirms && !this.#confirms;
    this.#confirms = confirms;
    if (!isNew) return;
    // What has been reported by the old rule may never be decided on.
    for (const target of targets) {
      const { health } = target;
      if (health.state === 'suspended' && health.cause === 'reported') this.follow(target, health.version, false);
    }
  }

  #failed(target: TargetRecord, now: number, reason: string | undefined): void {
    if (target.suspended) return;
    if (this.#confirms) {
      if (now < (this.#doubted.get(target) ?? Number.NEGATIVE_INFINITY) + DOUBT_INTERVAL) return;
      this.#doubted.set(target, now);
    } else target.health = followedHealth(target.health.version, 'reported');
    this.#report(target, 'failed', reason);
  }
}
