// Where clients were at home under earlier lists of targets. It decides for a client whose session may have been lost with the process
// that kept it. Which lists count, and for how long, is decided by the primary.
import { type Hash, type HashKey, hashText } from '../hashing/hash.ts';
import type { Candidate, Policy } from './policy.ts';

/** A target that was enabled in an earlier list. */
export interface PastTarget {
  readonly id: string;
  readonly weight: number;
  /** It has been out of use since, so its sessions are over. It still has its rank in the list. */
  readonly isOver?: true;
}

/** The targets that were enabled at one time. */
export type PastList = readonly PastTarget[];

/** Lists that are remembered at most. */
export const MOST_PAST_LISTS = 8;

interface PastCandidate extends Candidate {
  readonly isOver: boolean;
}

export class PastHomes {
  readonly #policy: Policy;
  readonly #lists: readonly (readonly PastCandidate[])[];

  /** @param lists the oldest first @param key that of the targets' hashes */
  constructor(lists: readonly PastList[], policy: Policy, key: HashKey) {
    const hashes = new Map<string, Hash>();
    const hashOf = (id: string): Hash => {
      const hash = hashes.get(id) ?? hashText(key, id);
      hashes.set(id, hash);
      return hash;
    };
    this.#policy = policy;
    this.#lists = lists.map((list) =>
      list.map(({ id, weight, isOver = false }) => ({ id, weight, hash: hashOf(id), enabled: true, isOver })),
    );
  }

  /** The id of a client's home under the oldest list whose home has been in use ever since. */
  home(clientKey: string): string | undefined {
    for (const list of this.#lists) {
      const home = this.#policy.home(clientKey, list);
      if (home && !home.isOver) return home.id;
    }
    return undefined;
  }
}
