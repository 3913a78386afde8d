// The health of targets in a balancer of one process, which decides on it and probes them itself.
import { DecidingHealth, type TargetRecord } from '@lb/core';
import type { Log } from '../base/log.ts';
import { healthRules } from '../checks/health-rules.ts';
import { Recovery, type RecoveryOptions } from '../checks/recovery.ts';
import type { PoolOptions } from '../options/index.ts';
import { logHealth } from './events/health-log.ts';

export interface ProbedHealthContext extends Pick<RecoveryOptions, 'addresses'> {
  readonly log: Log;
  /** As they hold now. */
  readonly options: () => PoolOptions;
}

export class ProbedHealth {
  readonly health: DecidingHealth;
  readonly #options: () => PoolOptions;
  readonly #recovery: Recovery;

  constructor({ log, options, addresses }: ProbedHealthContext) {
    this.#options = options;
    this.#recovery = new Recovery({
      options,
      addresses,
      report: (target, news) => this.health.take(target, news, performance.now()),
      random: Math.random,
    });
    this.health = new DecidingHealth({
      ...healthRules(options()),
      onHealth: (target, before, reason) => {
        logHealth(log, target, before, reason, options());
        this.#recovery.look(target);
      },
      onDoubt: (target, reason) => this.#recovery.doubt(target, reason),
    });
  }

  /** To be called when the list of targets or the options have changed. */
  lookAll(targets: readonly TargetRecord[]): void {
    this.health.rules = healthRules(this.#options());
    this.#recovery.lookAll(targets);
  }

  /** Probes nothing more. */
  close(): void {
    this.#recovery.close();
  }
}
