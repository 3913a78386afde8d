// Who may let a client try a suspended target: one worker at a time, for a moment, and then the next one.

/** ms. Long enough that a new client whose home the target is comes by; short enough that a worker without one passes it on. */
const LEASE = 1_000;

export class TrialLeases {
  readonly #leases = new Map<string, { readonly worker: number; readonly until: number }>();
  readonly #retired = new Set<number>();
  #last = -1;

  /** @returns who has the trial of a target from now on, or `undefined` when somebody has it already or nobody can */
  lend(target: string, workers: Iterable<number>, now: number): { worker: number; length: number } | undefined {
    const present = this.#leases.get(target);
    if (present && now < present.until) return undefined;
    const able = [...workers].filter((worker) => !this.#retired.has(worker)).sort((a, b) => a - b);
    const worker = able.find((id) => id > this.#last) ?? able[0];
    if (worker === undefined) return undefined;
    this.#last = worker;
    this.#leases.set(target, { worker, until: now + LEASE });
    return { worker, length: LEASE };
  }

  /** A target's health has changed: its trial is over. */
  endFor(target: string): void {
    this.#leases.delete(target);
  }

  /** A worker takes no new client any more. */
  retire(worker: number): void {
    this.#retired.add(worker);
    this.#end(worker);
  }

  /** A worker is gone. */
  forget(worker: number): void {
    this.#retired.delete(worker);
    this.#end(worker);
  }

  #end(worker: number): void {
    for (const [target, lease] of this.#leases) if (lease.worker === worker) this.#leases.delete(target);
  }
}
