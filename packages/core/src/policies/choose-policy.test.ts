import { expect, it } from 'vitest';
import { DEFAULT_HASH_KEY } from '../hashing/hash.ts';
import { choosePolicy } from './choose-policy.ts';
import { HashPolicy } from './hash-policy.ts';
import { RandomPolicy } from './random-policy.ts';

it('is hash with stickiness, and random without', () => {
  const choice = { hashKey: DEFAULT_HASH_KEY, random: Math.random };
  expect(choosePolicy({ ...choice, stickiness: true })).toBeInstanceOf(HashPolicy);
  expect(choosePolicy({ ...choice, stickiness: false })).toBeInstanceOf(RandomPolicy);
});
