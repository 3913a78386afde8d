// Targets that take no new session: whoever is still connected after `drainTimeout` is let go.
import type { TargetRecord } from '@lb/core';
import { setLongTimeout } from '../../base/long-timers.ts';

export class TargetDrains {
  readonly #drains = new Map<TargetRecord, NodeJS.Timeout>();
  readonly #end: (target: TargetRecord) => void;

  /** @param end lets go of those who are still at a target */
  constructor(end: (target: TargetRecord) => void) {
    this.#end = end;
  }

  /**
   * To be called when targets have changed.
   * @param timeout ms for the connections of a target that drains from now on. 0: as long as they like
   */
  look(targets: readonly TargetRecord[], timeout: number): void {
    for (const [target, timer] of this.#drains) {
      if (target.mode === 'draining') continue;
      clearTimeout(timer);
      this.#drains.delete(target);
    }
    if (timeout === 0) return;
    for (const target of targets) {
      if (target.mode !== 'draining' || this.#drains.has(target)) continue;
      this.#drains.set(target, setLongTimeout(() => this.#end(target), timeout).unref());
    }
  }
}
