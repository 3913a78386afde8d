// How the pool of these options picks a target. The same in the primary and in its workers.
import { DEFAULT_HASH_KEY, type HashKey, hashKeyFromSeed, type Policy } from '@lb/core';
import { choosePolicy } from '@lb/core/internal';
import type { PoolOptions, ProcessOptions } from '../options/index.ts';

export interface PoolPolicy {
  /** The key of the targets' hashes. */
  readonly hashKey: HashKey;
  readonly policy: Policy;
}

export function poolPolicy({
  hashSeed,
  stickiness,
}: Pick<ProcessOptions & PoolOptions, 'hashSeed' | 'stickiness'>): PoolPolicy {
  const hashKey = hashSeed === undefined ? DEFAULT_HASH_KEY : hashKeyFromSeed(hashSeed);
  return { hashKey, policy: choosePolicy({ stickiness, hashKey, random: Math.random }) };
}
