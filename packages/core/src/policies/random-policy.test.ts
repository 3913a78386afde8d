import { expect, it } from 'vitest';
import { describePolicy } from '../testing/policy-contract.ts';
import { rankables } from '../testing/targets.ts';
import { RandomPolicy } from './random-policy.ts';

describePolicy('random', () => new RandomPolicy(Math.random));

const targets = rankables([1, 1, 1]).map((target) => ({ ...target, enabled: true }));

it('takes no account of the client, who has no home', () => {
  const numbers = [0.1, 0.2, 0.1, 0.2];
  const policy = new RandomPolicy(() => numbers.shift() ?? 0);
  const [one, other] = ['192.0.2.1', '192.0.2.2'].map(() => policy.choices().first(targets, () => true));
  expect(one).toBe(other);
  expect(policy.home()).toBeUndefined();
});

it('draws once for a connection, when it begins', () => {
  let draws = 0;
  const policy = new RandomPolicy(() => {
    draws += 1;
    return 0.5;
  });
  const choices = policy.choices();
  for (let n = 0; n < 3; n += 1) choices.first(targets, () => true);
  expect(draws).toBe(2); // the two halves of one hash
});

it('chooses the same whatever the order of the list', () => {
  const choices = new RandomPolicy(Math.random).choices();
  const first = choices.first(targets, () => true);
  expect(choices.first([...targets].reverse(), () => true)).toBe(first);
});
