// The counters of all workers together, also of those that have ended. What a worker had counted since it last told is lost when it is killed.
import type { WorkerId } from '@lb/core';
import type { CounterStatus } from '../../../proxy/balancer-status.ts';
import { Counters } from '../../../proxy/events/counters.ts';

export class CounterTotals {
  readonly #living = new Map<WorkerId, CounterStatus>();
  #ended: CounterStatus = { ...new Counters() };

  /** A worker tells what it has counted in its life. */
  told(worker: WorkerId, counters: CounterStatus): void {
    this.#living.set(worker, counters);
  }

  left(worker: WorkerId): void {
    const last = this.#living.get(worker);
    if (last) this.#ended = sum(this.#ended, last);
    this.#living.delete(worker);
  }

  get total(): CounterStatus {
    return [...this.#living.values()].reduce(sum, this.#ended);
  }
}

function sum(a: CounterStatus, b: CounterStatus): CounterStatus {
  const total = { ...a };
  for (const name of Object.keys(a) as (keyof CounterStatus)[]) total[name] += b[name];
  return total;
}
