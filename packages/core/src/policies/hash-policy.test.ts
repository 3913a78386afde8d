import { expect, it } from 'vitest';
import { DEFAULT_HASH_KEY, hashKeyFromSeed, hashText } from '../hashing/hash.ts';
import { ranking } from '../hashing/ranking.ts';
import { describePolicy } from '../testing/policy-contract.ts';
import { hashed, rankables } from '../testing/targets.ts';
import { HashPolicy } from './hash-policy.ts';

describePolicy('hash', () => new HashPolicy(DEFAULT_HASH_KEY));

const targets = rankables([1, 2, 1]).map((target) => ({ ...target, enabled: true }));

it('gives the targets in the order in which the client key ranks them', () => {
  const choices = new HashPolicy(DEFAULT_HASH_KEY).choices('192.0.2.7');
  const order = [...ranking(hashed('192.0.2.7'), targets)];
  const given = order.map((_, n) => choices.first(targets, (target) => !order.slice(0, n).includes(target)));
  expect(given).toEqual(order);
});

it('goes by its key', () => {
  const key = hashKeyFromSeed('other');
  const clients = Array.from({ length: 50 }, (_, n) => `192.0.2.${n}`);
  const homes = clients.map((client) => new HashPolicy(key).home(client, targets));
  expect(homes).toEqual(clients.map((client) => ranking(hashText(key, client), targets).next().value));
});

it('has a home for a client whether it takes clients now or not, as long as one is enabled', () => {
  const policy = new HashPolicy(DEFAULT_HASH_KEY);
  expect(policy.home('192.0.2.7', targets)).toBeDefined();
  expect(
    policy.home(
      '192.0.2.7',
      targets.map((target) => ({ ...target, enabled: false })),
    ),
  ).toBeUndefined();
});

it('chooses the same whatever the order of the list', () => {
  const choices = new HashPolicy(DEFAULT_HASH_KEY).choices('192.0.2.7');
  const first = choices.first(targets, () => true);
  expect(choices.first([...targets].reverse(), () => true)).toBe(first);
});
