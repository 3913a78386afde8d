// One round of asking all workers which of some clients have a session with them.

export class HolderCheck {
  readonly number: number;
  readonly clientKeys: readonly string[];
  readonly #awaited: Set<number>;
  readonly #held = new Set<string>();
  /** Whether a worker has died that may have held any of them. */
  #isUncertain = false;

  constructor(number: number, clientKeys: readonly string[], workers: Iterable<number>) {
    this.number = number;
    this.clientKeys = clientKeys;
    this.#awaited = new Set(workers);
  }

  /** A worker has come, and may hold one before the round is over. */
  join(worker: number): void {
    this.#awaited.add(worker);
  }

  /** A worker has died, and nobody knows what it held. */
  died(worker: number): void {
    if (this.#awaited.delete(worker)) this.#isUncertain = true;
  }

  /** A worker's answer. One that has left in order holds nothing. */
  answered(worker: number, held: readonly string[]): void {
    if (!this.#awaited.delete(worker)) return;
    for (const clientKey of held) this.#held.add(clientKey);
  }

  /** A session has begun since it was asked for. */
  begun(clientKey: string): void {
    this.#held.add(clientKey);
  }

  get isOver(): boolean {
    return this.#awaited.size === 0;
  }

  /** Whether a worker that is there has one. */
  isHeld(clientKey: string): boolean {
    return this.#held.has(clientKey);
  }

  /** Those that somebody may hold. */
  get kept(): readonly string[] {
    return this.#isUncertain ? this.clientKeys : this.clientKeys.filter((clientKey) => this.#held.has(clientKey));
  }

  /** Those that nobody holds. */
  get dropped(): readonly string[] {
    return this.#isUncertain ? [] : this.clientKeys.filter((clientKey) => !this.#held.has(clientKey));
  }
}
