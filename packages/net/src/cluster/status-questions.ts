// Asking all workers how they are, and waiting for their answers for a moment.
import type { BalancerStatus } from '../status.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** ms that a worker may take; one that is busier than that is shown without its counts. */
const PATIENCE = 1_000;

export class StatusQuestions {
  readonly #waiting = new Map<number, (status: BalancerStatus | undefined) => void>();
  #last = 0;

  /** One answer for each slot, in order; `undefined` from one that has nobody to answer or is too slow. */
  ask(slots: readonly WorkerSlot[]): Promise<(BalancerStatus | undefined)[]> {
    return Promise.all(slots.map((slot) => this.#askOne(slot)));
  }

  answer(request: number, status: BalancerStatus | undefined): void {
    this.#waiting.get(request)?.(status);
    this.#waiting.delete(request);
  }

  #askOne(slot: WorkerSlot): Promise<BalancerStatus | undefined> {
    if (slot.state !== 'ready' && slot.state !== 'draining') return Promise.resolve(undefined);
    this.#last += 1;
    const request = this.#last;
    slot.send({ type: 'status', request });
    const timer = setTimeout(() => this.answer(request, undefined), PATIENCE);
    return new Promise<BalancerStatus | undefined>((resolve) => {
      this.#waiting.set(request, resolve);
    }).finally(() => clearTimeout(timer));
  }
}
