// How the workers are, as they tell it themselves when they are asked, and what comes of it in the status.
import type { WorkerId } from '@lb/core';
import type { ToPrimary, ToWorker, WorkerReport } from '../../protocol/messages.ts';
import type { Workforce } from '../supervision/workforce.ts';
import { CounterTotals } from './counter-totals.ts';
import { type PrimaryStatus, primaryStatus, type StatusSources } from './primary-status.ts';
import { Questions } from './questions.ts';

/** ms for which a worker is waited for that is slow to act on something: less than whoever gave the command waits. */
const PATIENCE = 3_000;

const question = (request: number): ToWorker => ({ type: 'status', request });

export class WorkerReports {
  readonly #questions = new Questions<WorkerReport>();
  readonly #counters = new CounterTotals();
  readonly #startedAt = Date.now();

  async status(workforce: Workforce, sources: Pick<StatusSources, 'options' | 'agreement'>): Promise<PrimaryStatus> {
    const { slots, places } = workforce;
    const answers = await this.#questions.ask(slots, question);
    const counters = this.#counters.total;
    return primaryStatus({ ...sources, startedAt: this.#startedAt, now: Date.now(), places, answers, counters });
  }

  /**
   * Resolves when all workers go by what they were told before, or have had 3 s to. Each hears its messages in order, and
   * answers one more.
   */
  async heardByAll({ slots }: Workforce): Promise<void> {
    await this.#questions.ask(slots, question, PATIENCE);
  }

  receive(worker: WorkerId, message: ToPrimary & { type: 'status' | 'counted' }): void {
    if (message.type === 'counted') return this.#counters.told(worker, message.counters);
    this.#counters.told(worker, message.status.counters);
    this.#questions.answer(worker, message.request, message.status);
  }

  left(worker: WorkerId): void {
    this.#counters.left(worker);
    this.#questions.left(worker);
  }
}
