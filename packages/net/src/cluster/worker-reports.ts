// How the workers are, as they tell it themselves when they are asked, and what comes of it in the status.
import type { WorkerId } from '@lb/core';
import { CounterTotals } from './counter-totals.ts';
import type { ToPrimary, WorkerReport } from './messages.ts';
import { type PrimaryStatus, primaryStatus, type StatusSources } from './primary-status.ts';
import { Questions } from './questions.ts';
import type { Workforce } from './workforce.ts';

export class WorkerReports {
  readonly #questions = new Questions<WorkerReport>();
  readonly #counters = new CounterTotals();
  readonly #startedAt = Date.now();

  /** A worker has acted on all that it was told before when it answers. */
  ask({ slots }: Workforce): Promise<(WorkerReport | undefined)[]> {
    return this.#questions.ask(slots, (request) => ({ type: 'status', request }));
  }

  async status(workforce: Workforce, sources: Pick<StatusSources, 'options' | 'agreement'>): Promise<PrimaryStatus> {
    const { places } = workforce;
    const answers = await this.ask(workforce);
    const counters = this.#counters.total;
    return primaryStatus({ ...sources, startedAt: this.#startedAt, now: Date.now(), places, answers, counters });
  }

  receive(worker: WorkerId, message: ToPrimary & { type: 'status' | 'counted' }): void {
    if (message.type === 'counted') return this.#counters.told(worker, message.counters);
    this.#counters.told(worker, message.status.counters);
    this.#questions.answer(message.request, message.status);
  }

  left(worker: WorkerId): void {
    this.#counters.left(worker);
  }
}
