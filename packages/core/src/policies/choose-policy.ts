// Which policy a pool has. All processes that share its clients choose here, so that they agree.
import type { HashKey } from '../hashing/hash.ts';
import { HashPolicy } from './hash-policy.ts';
import type { Policy } from './policy.ts';
import { RandomPolicy } from './random-policy.ts';

export interface PolicyChoice {
  /** Whether a client stays on its target. */
  readonly stickiness: boolean;
  readonly hashKey: HashKey;
  /** A number in [0, 1), as `Math.random`. */
  readonly random: () => number;
}

export function choosePolicy({ stickiness, hashKey, random }: PolicyChoice): Policy {
  return stickiness ? new HashPolicy(hashKey) : new RandomPolicy(random);
}
