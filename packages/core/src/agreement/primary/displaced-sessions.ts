// The primary's table of sessions that are away from home, and when each is to be looked after. Bounded.

export interface DisplacedSessionsOptions {
  /** ms after which an entry is looked after: whether anybody holds it still. */
  readonly expiry: number;
  /** The most entries. A session beyond that is known to its own worker only. */
  readonly limit: number;
}

export class DisplacedSessions {
  #options: DisplacedSessionsOptions;
  readonly #targets = new Map<string, string>();
  /** When each is due, the soonest first: all are given the same time. Those that have been looked after aren't in it. */
  readonly #due = new Map<string, number>();
  /** Those that a worker has let go of. */
  readonly #released = new Set<string>();

  constructor(options: DisplacedSessionsOptions) {
    this.#options = options;
  }

  configure(options: DisplacedSessionsOptions): void {
    this.#options = options;
  }

  get size(): number {
    return this.#targets.size;
  }

  /** The id of the target where a client is. */
  find(clientKey: string): string | undefined {
    return this.#targets.get(clientKey);
  }

  entries(): IterableIterator<[string, string]> {
    return this.#targets.entries();
  }

  /** @returns whether there was room for it */
  set(clientKey: string, target: string, now: number): boolean {
    if (this.#targets.size >= this.#options.limit && !this.#targets.has(clientKey)) return false;
    this.#targets.set(clientKey, target);
    this.lookAfter(clientKey, now);
    return true;
  }

  drop(clientKey: string): void {
    this.#targets.delete(clientKey);
    this.#due.delete(clientKey);
    this.#released.delete(clientKey);
  }

  /** Drops the sessions of targets that have been taken out of use. */
  dropWhere(isGone: (target: string) => boolean): void {
    for (const [clientKey, target] of this.#targets) if (isGone(target)) this.drop(clientKey);
  }

  /** A worker that held it doesn't any longer. */
  released(clientKey: string): void {
    if (this.#targets.has(clientKey)) this.#released.add(clientKey);
  }

  /** A worker has died, and nobody knows what it held. */
  lookAfterAll(now: number): void {
    for (const clientKey of this.#targets.keys()) this.lookAfter(clientKey, now);
  }

  /** Takes up to `most` of those that have to be looked after now. */
  takeDue(now: number, most: number): string[] {
    const taken: string[] = [];
    for (const clientKey of this.#released) {
      if (taken.length === most) return taken;
      this.#released.delete(clientKey);
      taken.push(clientKey);
    }
    for (const [clientKey, due] of this.#due) {
      if (taken.length === most || due > now) break;
      this.#due.delete(clientKey);
      taken.push(clientKey);
    }
    return taken;
  }

  /** It is to be found out, when its time has passed, whether anybody holds it still. */
  lookAfter(clientKey: string, now: number): void {
    this.#due.delete(clientKey);
    this.#due.set(clientKey, now + this.#options.expiry);
  }
}
