// The list of targets as controllers change it, each through its worker. Runs in the primary.
import type { TargetOptions } from '@lb/core';
import { targetId } from '@lb/core/internal';
import { type Log, LogThrottle } from '../../base/log.ts';
import type { DiscoveredTargets } from '../../discovery/discovered-targets.ts';
import type { RunningAgreement } from './running-agreement.ts';

/** ms between two lines on changes: a controller may change the list with every connection. */
const LOG_INTERVAL = 1_000;

export class ControllerTargets {
  readonly #agreement: RunningAgreement;
  readonly #discovered: DiscoveredTargets;
  readonly #log: Log;
  readonly #throttle = new LogThrottle(LOG_INTERVAL);

  constructor(agreement: RunningAgreement, discovered: DiscoveredTargets, log: Log) {
    this.#agreement = agreement;
    this.#discovered = discovered;
    this.#log = log;
  }

  async change(targets: readonly TargetOptions[]): Promise<void> {
    const leftOut = this.#throttle.pass('list', performance.now());
    if (leftOut !== undefined)
      this.#log.info({ targets: targets.map(targetId), leftOut }, 'the controller changes the list of targets');
    void this.#discovered.watch([...this.#agreement.targets, ...targets]); // the present ones are needed until it is done
    await this.#agreement.setTargets(targets);
    void this.#discovered.watch(targets);
  }
}
