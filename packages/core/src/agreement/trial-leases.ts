// Who may let a client try a suspended target: one worker at a time, for a moment, and then the next one.

/** ms. Long enough that a new client whose home the target is comes by; short enough that a worker without one passes it on. */
const LEASE = 1_000;

export class TrialLeases {
  /** The last lease of each target, over or not: the next one goes to another worker. */
  readonly #leases = new Map<string, { readonly worker: number; until: number }>();
  readonly #retired = new Set<number>();

  /** @returns who has the trial of a target from now on, or `undefined` when somebody has it already or nobody can */
  lend(target: string, workers: Iterable<number>, now: number): { worker: number; length: number } | undefined {
    const last = this.#leases.get(target);
    if (last && now < last.until) return undefined;
    const able = [...workers].filter((worker) => !this.#retired.has(worker)).sort((a, b) => a - b);
    const worker = able.find((id) => last && id > last.worker) ?? able[0];
    if (worker === undefined) return undefined;
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
    for (const lease of this.#leases.values()) if (lease.worker === worker) lease.until = Number.NEGATIVE_INFINITY;
  }
}
