// Names that are looked up again since no address of their target answered: once a second at most for each target, however many
// connections fail. In a process that carries connections; another one may do the look-up.
import type { TargetRecord } from '@lb/core';
import { setPatientTimeout } from '../base/patient-timeout.ts';
import type { Dial } from '../engine/engine.ts';

/** ms between two look-ups for one target, and for which a connection waits for the answer at most. */
export const RENEWAL = 1_000;

export class Renewals {
  readonly #renew: (target: string) => void;
  /** When each target's name was last asked for (ms, monotonic). */
  readonly #askedAt = new WeakMap<TargetRecord, number>();
  /** Target id -> the connections that wait for its answer. Absent once it is here. */
  readonly #waiting = new Map<string, Set<() => void>>();

  /** @param renew has the name of a target looked up; `answered` is to be called then */
  constructor(renew: (target: string) => void) {
    this.#renew = renew;
  }

  /**
   * Calls back once there is an answer, or after `timeout` ms.
   * @returns `undefined` where there is nothing to wait for: the last answer is less than a second old, or late
   */
  wait(target: TargetRecord, timeout: number, done: () => void): Dial | undefined {
    const now = performance.now();
    const left = this.#ask(target, now) + RENEWAL - now;
    const waiting = this.#waiting.get(target.id);
    if (!waiting || left <= 0) return undefined;
    const cancel = (): void => {
      stopWaiting();
      waiting.delete(finish);
    };
    const finish = (): void => {
      cancel();
      done();
    };
    const stopWaiting = setPatientTimeout(finish, Math.min(timeout, left));
    waiting.add(finish);
    return { cancel };
  }

  /** The look-up for a target is over, whatever came of it. */
  answered(id: string): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    for (const finish of waiting ?? []) finish();
  }

  /** @returns when it was last asked */
  #ask(target: TargetRecord, now: number): number {
    const before = this.#askedAt.get(target);
    if (before !== undefined && (this.#waiting.has(target.id) || now - before < RENEWAL)) return before;
    this.#askedAt.set(target, now);
    this.#waiting.set(target.id, new Set());
    this.#renew(target.id);
    return now;
  }
}
