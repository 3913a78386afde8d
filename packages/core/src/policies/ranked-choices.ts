// The choices of a connection whose hash is known: the targets as a client with that hash ranks them.
import type { Hash } from '../hashing/hash.ts';
import { firstChoice } from '../hashing/ranking.ts';
import type { Candidate, Choices } from './policy.ts';

export class RankedChoices implements Choices {
  readonly #hash: Hash;

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  first<T extends Candidate>(among: readonly T[], eligible: (candidate: T) => boolean): T | undefined {
    return firstChoice(this.#hash, among, eligible);
  }
}
