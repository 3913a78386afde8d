// Who may let a client try a suspended target: one worker at a time, for a moment, and then the next one.

/** ms. Long enough that a new client whose home the target is comes by; short enough that a worker without one passes it on. */
const LEASE = 1_000;

export class TrialLeases {
  /** The last lease of each target, over or not: the next one goes to another worker. */
  readonly #leases = new Map<string, { readonly worker: number; until: number }>();

  /**
   * @param accepting the workers that take new clients
   * @returns who has the trial of a target from now on, or `undefined` when somebody has it already or nobody can
   */
  lend(target: string, accepting: readonly number[], now: number): { worker: number; length: number } | undefined {
    const last = this.#leases.get(target);
    if (last && now < last.until) return undefined;
    const able = [...accepting].sort((a, b) => a - b);
    const worker = able.find((id) => last && id > last.worker) ?? able[0];
    if (worker === undefined) return undefined;
    this.#leases.set(target, { worker, until: now + LEASE });
    return { worker, length: LEASE };
  }

  /** A target's health has changed: its trial is over. */
  endFor(target: string): void {
    this.#leases.delete(target);
  }

  /** A worker takes no new client any more, or is gone. */
  endOf(worker: number): void {
    for (const lease of this.#leases.values()) if (lease.worker === worker) lease.until = Number.NEGATIVE_INFINITY;
  }
}
