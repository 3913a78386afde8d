// Asking all workers the same thing, and waiting for their answers for a moment.
import type { WorkerId } from '@lb/core';
import type { ToWorker } from '../../protocol/messages.ts';
import type { WorkerSlot } from '../supervision/worker-slot.ts';

/** ms that a worker may take unless more is said; one that is busier than that goes without an answer. */
const PATIENCE = 1_000;

/** @typeParam Answer what a worker says; a worker may also say nothing */
export class Questions<Answer> {
  readonly #waiting = new Map<number, { worker: WorkerId; resolve: (answer: Answer | undefined) => void }>();
  #last = 0;

  /**
   * One answer for each slot, in order; `undefined` from one that has nobody to answer or is too slow.
   * @param question makes the message of a request's number; the worker's answer carries the same number
   * @param patience ms
   */
  ask(
    slots: readonly WorkerSlot[],
    question: (request: number) => ToWorker,
    patience: number = PATIENCE,
  ): Promise<(Answer | undefined)[]> {
    return Promise.all(slots.map((slot) => this.#askOne(slot, question, patience)));
  }

  /** A worker's answer. One to what it wasn't asked is dropped. */
  answer(worker: WorkerId, request: number, answer: Answer | undefined): void {
    const asked = this.#waiting.get(request);
    if (asked?.worker !== worker) return;
    asked.resolve(answer);
    this.#waiting.delete(request);
  }

  /** A worker is gone, and will answer nothing. */
  left(worker: WorkerId): void {
    for (const request of this.#waiting.keys()) this.answer(worker, request, undefined);
  }

  #askOne(slot: WorkerSlot, question: (request: number) => ToWorker, patience: number): Promise<Answer | undefined> {
    if (slot.state !== 'ready' && slot.state !== 'draining') return Promise.resolve(undefined);
    this.#last += 1;
    const request = this.#last;
    const { worker } = slot;
    slot.send(question(request));
    const timer = setTimeout(() => this.answer(worker, request, undefined), patience);
    return new Promise<Answer | undefined>((resolve) => {
      this.#waiting.set(request, { worker, resolve });
    }).finally(() => clearTimeout(timer));
  }
}
