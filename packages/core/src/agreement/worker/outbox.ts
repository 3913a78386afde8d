// What a worker has to tell the primary: gathered, and sent in order, many placements to a message. It does not decide what to send.
import { type FromWorker, type PlacementNotice, pieces } from '../protocol/agreement-messages.ts';
import { Unanswered } from './unanswered.ts';

export interface OutboxOptions {
  readonly send: (message: FromWorker) => void;
  /** Does something after what is going on now, but soon. */
  readonly soon: (action: () => void) => void;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #unanswered = new Unanswered();
  #unsent: PlacementNotice[] = [];
  #released: string[] = [];
  #claimed: PlacementNotice[] = [];
  #flushing = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** A session has begun away from home. */
  place(clientKey: string, target: string): void {
    this.#unanswered.add(clientKey);
    this.#unsent.push([clientKey, target]);
    this.#flushSoon();
  }

  /** Sessions that were there before will be away from home in the next epoch. */
  declare(placements: readonly PlacementNotice[]): void {
    this.flush();
    if (placements.length === 0) return;
    for (const [clientKey] of placements) this.#unanswered.add(clientKey);
    this.#send(placements, true);
  }

  /** A displaced session is over here. */
  release(clientKey: string): void {
    this.#released.push(clientKey);
    this.#flushSoon();
  }

  /** A client is to be placed at a target unless somebody has a session of it. */
  claim(clientKey: string, target: string): void {
    this.#claimed.push([clientKey, target]);
    this.#flushSoon();
  }

  /** Sends a message of another kind. What was to be said before goes first. */
  tell(message: FromWorker): void {
    this.flush();
    this.#options.send(message);
  }

  /** Whether a word on a client has no answer yet. */
  isUnanswered(clientKey: string): boolean {
    return this.#unanswered.has(clientKey);
  }

  /** An answer has come. @returns the placements that it answers */
  answered(): readonly PlacementNotice[] {
    return this.#unanswered.answered();
  }

  /** Sends what has not been sent yet. */
  flush(): void {
    this.#flushing = false;
    const unsent = this.#unsent;
    const released = this.#released;
    const claimed = this.#claimed;
    this.#unsent = [];
    this.#released = [];
    this.#claimed = [];
    for (const placements of pieces(unsent)) this.#send(placements);
    for (const clientKeys of pieces(released)) this.#options.send({ type: 'released', clientKeys });
    for (const placements of pieces(claimed)) this.#options.send({ type: 'claim', placements });
  }

  #send(placements: readonly PlacementNotice[], declared?: true): void {
    this.#unanswered.sent(placements);
    this.#options.send({ type: 'place', placements, ...(declared && { declared }) });
  }

  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    this.#options.soon(() => this.flush());
  }
}
