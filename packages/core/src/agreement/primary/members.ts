// The workers that take part in the agreement, as the primary counts them, and sending to them. Not the processes.
import type { FromPrimary } from '../protocol/agreement-messages.ts';

/** What tells one worker process from another, for as long as the primary lives. */
export type WorkerId = number;

export class Members {
  readonly #all = new Set<WorkerId>();
  readonly #retired = new Set<WorkerId>();
  readonly #emptied = new Set<WorkerId>();
  readonly #send: (worker: WorkerId, message: FromPrimary) => void;

  constructor(send: (worker: WorkerId, message: FromPrimary) => void) {
    this.#send = send;
  }

  get all(): ReadonlySet<WorkerId> {
    return this.#all;
  }

  /** Those that accept connections. */
  get accepting(): WorkerId[] {
    return [...this.#all].filter((worker) => !this.#retired.has(worker));
  }

  join(worker: WorkerId): void {
    this.#all.add(worker);
  }

  /** It accepts nothing more, and stays a member until it leaves. */
  retire(worker: WorkerId): void {
    if (this.#all.has(worker)) this.#retired.add(worker);
  }

  /** It keeps no session any longer, and is about to leave. */
  emptied(worker: WorkerId): void {
    this.#emptied.add(worker);
  }

  /** @returns whether it kept no session, or `undefined` where it was no member */
  leave(worker: WorkerId): { readonly isEmpty: boolean } | undefined {
    this.#retired.delete(worker);
    const isEmpty = this.#emptied.delete(worker);
    return this.#all.delete(worker) ? { isEmpty } : undefined;
  }

  tell(worker: WorkerId, message: FromPrimary): void {
    this.#send(worker, message);
  }

  tellAll(message: FromPrimary): void {
    for (const worker of this.#all) this.#send(worker, message);
  }
}
