// The health of targets where this process decides on it: the primary, and a balancer of one process.
import type { Health } from './health.ts';
import { type HealthNews, type Verdict, verdict } from './health-news.ts';
import type { Outcome, TargetHealth } from './target-health.ts';
import type { TargetRecord } from './target-record.ts';

export interface HealthRules {
  /** ms for which a target that failed is skipped at least. */
  readonly suspension: number;
  /** ms for which a target is skipped that a controller deactivates. @default `suspension` */
  readonly deactivation?: number | undefined;
  /** Whether a client's failed connection counts only when a probe fails too. @default false */
  readonly confirms?: boolean | undefined;
}

export interface DecidingHealthOptions extends HealthRules {
  /** Called when a target's health has changed, with what it was before, and with the reason where one was given. */
  readonly onHealth?: ((target: TargetRecord, before: Health, reason?: string) => void) | undefined;
  /** Called when a target is to be probed because a client's connection failed. Only with `confirms`. */
  readonly onDoubt?: ((target: TargetRecord, reason?: string) => void) | undefined;
}

export class DecidingHealth implements TargetHealth {
  /** What holds from now on. */
  rules: HealthRules;
  readonly #onHealth: DecidingHealthOptions['onHealth'];
  readonly #onDoubt: DecidingHealthOptions['onDoubt'];

  constructor({ onHealth, onDoubt, ...rules }: DecidingHealthOptions) {
    this.rules = rules;
    this.#onHealth = onHealth;
    this.#onDoubt = onDoubt;
  }

  report(target: TargetRecord, version: number, outcome: Outcome, now: number, reason?: string): void {
    if (outcome === 'reached' && !target.suspended) return; // almost always
    this.take(target, { source: 'connect', version, outcome, reason }, now);
  }

  deactivate(target: TargetRecord, now: number, reason?: string): void {
    this.take(target, { source: 'controller', outcome: 'failed', reason }, now);
  }

  /** Acts on news, except that it leaves a target that is back to whoever calls this. */
  judge(target: TargetRecord, news: HealthNews, now: number): Verdict {
    const result = verdict(target.health, news, this.rules.confirms ?? false, now);
    const reason = 'reason' in news ? news.reason : undefined;
    if (result === 'suspend')
      this.suspend(target, now, reason, news.source === 'controller' ? 'deactivated' : 'failed');
    if (result === 'confirm') this.#onDoubt?.(target, reason);
    return result;
  }

  /** Acts on news. */
  take(target: TargetRecord, news: HealthNews, now: number): void {
    if (this.judge(target, news, now) === 'restore') this.restore(target);
  }

  /** Takes a suspended target back into use. */
  restore(target: TargetRecord): void {
    const { health: before } = target;
    if (before.state === 'healthy') return;
    target.health = { state: 'healthy', version: before.version + 1 };
    this.#onHealth?.(target, before);
  }

  /** Has a target skipped, whatever is known of it. */
  suspend(target: TargetRecord, now: number, reason?: string, cause: 'failed' | 'deactivated' = 'failed'): void {
    const { suspension, deactivation = suspension } = this.rules;
    const { health: before } = target;
    const until = now + (cause === 'failed' ? suspension : deactivation);
    target.health = { state: 'suspended', version: before.version + 1, cause, until };
    this.#onHealth?.(target, before, reason);
  }

  /** Continues a suspension that an earlier process has begun. */
  resume(target: TargetRecord, cause: 'failed' | 'deactivated', until: number): void {
    target.health = { state: 'suspended', version: target.health.version + 1, cause, until };
  }
}
