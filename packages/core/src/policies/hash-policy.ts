// The policy `hash`: a client prefers the targets as weighted rendezvous hashing of its key has it, in all processes alike.
import { type HashKey, hashText } from '../hashing/hash.ts';
import { firstChoice } from '../hashing/ranking.ts';
import { type Candidate, type Choices, isEnabled, type Policy } from './policy.ts';
import { RankedChoices } from './ranked-choices.ts';

export class HashPolicy implements Policy {
  readonly #key: HashKey;

  /** @param key that of the targets' hashes too */
  constructor(key: HashKey) {
    this.#key = key;
  }

  choices(clientKey: string): Choices {
    return new RankedChoices(hashText(this.#key, clientKey));
  }

  home<T extends Candidate>(clientKey: string, among: readonly T[]): T | undefined {
    return firstChoice(hashText(this.#key, clientKey), among, isEnabled);
  }
}
