// The words on placements that a worker has to say or has said, and not yet had an answer to. A worker's channel keeps the order, so that the
// first answer is the one to the oldest word.
import type { PlacementNotice } from '../protocol/agreement-messages.ts';

export class Unanswered {
  readonly #words: (readonly PlacementNotice[])[] = [];
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#words.length;
  }

  has(clientKey: string): boolean {
    return this.#counts.has(clientKey);
  }

  /** There is a word to be sent about a client. */
  add(clientKey: string): void {
    this.#counts.set(clientKey, (this.#counts.get(clientKey) ?? 0) + 1);
  }

  /** Words that have been added are sent together, and have one answer. */
  sent(placements: readonly PlacementNotice[]): void {
    this.#words.push(placements);
  }

  /** @returns what the oldest of those that were sent was about */
  answered(): readonly PlacementNotice[] {
    const word = this.#words.shift() ?? [];
    for (const [clientKey] of word) {
      const left = (this.#counts.get(clientKey) ?? 0) - 1;
      if (left > 0) this.#counts.set(clientKey, left);
      else this.#counts.delete(clientKey);
    }
    return word;
  }
}
