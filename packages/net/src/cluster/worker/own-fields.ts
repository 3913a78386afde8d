// The fields that a controller's targets have beside their options, in its own worker. The controller finds them again in the list of
// targets; no other process is sent them.
import type { TargetOptions } from '@lb/core';
import { targetId } from '@lb/core/internal';
import type { Log } from '../../base/log.ts';
import { nearestTargetOption, plainTargetId, type SplitTargets } from '../../options/index.ts';

/** Names that are logged, each once. */
const MOST_NAMES = 100;
const LONGEST_NAME = 60;

export class OwnFields {
  readonly #log: Log;
  readonly #logged = new Set<string>();
  #byTarget: ReadonlyMap<string, object> = new Map();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes the place of all before. */
  keep(own: SplitTargets['own']): void {
    this.#byTarget = new Map(own.map(([target, fields]) => [plainTargetId(target), fields]));
    for (const [, fields] of own) for (const name of Object.keys(fields)) this.#report(name);
  }

  /** Copies of targets, with the fields that the controller gave them. */
  with(targets: readonly TargetOptions[]): readonly TargetOptions[] {
    if (this.#byTarget.size === 0) return targets.map((target) => ({ ...target }));
    return targets.map((target) => ({ ...target, ...this.#byTarget.get(targetId(target)) }));
  }

  #report(name: string): void {
    if (this.#logged.has(name) || this.#logged.size >= MOST_NAMES) return;
    this.#logged.add(name);
    const field = JSON.stringify(name.slice(0, LONGEST_NAME));
    const nearest = nearestTargetOption(name);
    const advice = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    this.#log.warn(
      { field: name.slice(0, LONGEST_NAME) },
      `setTargets: ${field} is not an option of a target; the balancer ignores it.${advice}`,
    );
  }
}
