import { expect, it } from 'vitest';
import { DEFAULT_HASH_KEY } from '../hashing/hash.ts';
import { clientPreferring, poolOf } from '../testing/targets.ts';
import { HashPolicy } from './hash-policy.ts';
import { PastHomes, type PastList } from './past-homes.ts';
import { RandomPolicy } from './random-policy.ts';

const policy = new HashPolicy(DEFAULT_HASH_KEY);
const client = clientPreferring(poolOf('abc'), 'abc');
const list = (names: string, over = ''): PastList =>
  [...names].map((name) => ({ id: `${name}:80`, weight: 1, ...(over.includes(name) && { isOver: true }) }));
const home = (...lists: PastList[]) => new PastHomes(lists, policy, DEFAULT_HASH_KEY).home(client);

it('is the home of the oldest list', () => {
  expect([home(list('abc'), list('bc')), home(list('bc'), list('abc')), home()]).toEqual(['a:80', 'b:80', undefined]);
});

it('is that of the next list where the home has been out of use, and not its second choice', () => {
  expect(home(list('abc', 'a'))).toBeUndefined();
  expect(home(list('abc', 'a'), list('bc'))).toBe('b:80');
  expect(home(list('abc', 'b'))).toBe('a:80');
});

it('goes by the weights of then', () => {
  const heavy = [
    { id: 'a:80', weight: 1 },
    { id: 'c:80', weight: 1_000_000 },
  ];
  expect(home(heavy)).toBe('c:80');
});

it('is nowhere where a client has no home', () => {
  expect(new PastHomes([list('abc')], new RandomPolicy(() => 0.5), DEFAULT_HASH_KEY).home(client)).toBeUndefined();
});
