// How clients spread over the targets and what a change of the list moves, for client keys as they come in practice.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sequentialIpv4, sequentialIpv6 } from '../testing/addresses.ts';
import { arbitraryHash, arbitraryRankables, arbitraryWeight, everyone, hashed, rankables } from '../testing/targets.ts';
import type { Hash } from './hash.ts';
import { firstChoice, type Rankable } from './ranking.ts';

const KEYS = 100_000;
const clients = {
  'sequential IPv4': sequentialIpv4(KEYS).map(hashed),
  'sequential IPv6 /64': sequentialIpv6(KEYS).map(hashed),
};
const populations = Object.entries(clients);

const arbitraryClients = (): fc.Arbitrary<Hash[]> => fc.array(arbitraryHash(), { minLength: 50, maxLength: 50 });
const home = (client: Hash, targets: readonly Rankable[]): Rankable | undefined =>
  firstChoice(client, targets, everyone);

/** How many clients have each target as their home. */
function shares(population: readonly Hash[], targets: readonly Rankable[]): number[] {
  const counts = new Map(targets.map((target) => [target, 0]));
  for (const client of population) {
    const target = home(client, targets) as Rankable;
    counts.set(target, (counts.get(target) as number) + 1);
  }
  return [...counts.values()];
}

/**
 * Each count lies within 2 % of its expectation where that is 20,000 or more: there 2 % is 3 standard deviations at least.
 * Where fewer are expected chance alone goes beyond 2 %, and the margin is 3.5 standard deviations.
 */
function expectShares(counts: readonly number[], weights: readonly number[], total = KEYS): void {
  const sum = weights.reduce((a, b) => a + b);
  for (const [index, count] of counts.entries()) {
    const share = (weights[index] as number) / sum;
    const expected = total * share;
    const margin = expected >= 20_000 ? 0.02 * expected : 3.5 * Math.sqrt(expected * (1 - share));
    expect(Math.abs(count - expected), `target ${index}: ${count}, not ${expected}`).toBeLessThan(margin);
  }
}

describe.each(populations)('the shares of %s', (_, population) => {
  it.each([
    { weights: [1, 1] },
    { weights: [1, 1, 1] },
    { weights: [1, 1, 1, 1] },
    { weights: [1, 2] },
    { weights: [1, 2, 0.5] },
    { weights: [5, 1, 1] },
    { weights: [100, 200, 100] },
    { weights: Array.from({ length: 20 }, (_, index) => 1 + (index % 4)) },
  ])('follow the weights $weights', ({ weights }) => {
    expectShares(shares(population, rankables(weights)), weights);
  });

  it('of a removed target go to the others by their weights', () => {
    const weights = [1, 1, 2, 4];
    const targets = rankables(weights);
    const orphans = population.filter((client) => home(client, targets) === targets[3]);
    expectShares(shares(orphans, targets.slice(0, 3)), [1, 1, 2], orphans.length);
  });

  it('that an added target takes come from all others alike', () => {
    const targets = rankables([1, 1, 1, 1, 2]);
    const before = targets.slice(0, 4);
    const moved = population.filter((client) => home(client, targets) === targets[4]);
    expectShares([moved.length, KEYS - moved.length], [2, 4]);
    expectShares(shares(moved, before), [1, 1, 1, 1], moved.length);
  });
});

describe('a change of the list', () => {
  it('moves the clients of a removed target alone', () => {
    const lists = arbitraryRankables(2).chain((targets) => fc.tuple(fc.constant(targets), fc.nat(targets.length - 1)));
    fc.assert(
      fc.property(arbitraryClients(), lists, (population, [targets, removed]) => {
        const left = targets.toSpliced(removed, 1);
        for (const client of population) {
          const before = home(client, targets);
          if (before === targets[removed]) expect(left).toContain(home(client, left));
          else expect(home(client, left)).toBe(before);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('moves clients to an added target alone', () => {
    fc.assert(
      fc.property(arbitraryClients(), arbitraryRankables(2), (population, [added, ...before]) => {
        const after = [...before, added as Rankable];
        for (const client of population) {
          const now = home(client, after);
          if (now !== added) expect(now).toBe(home(client, before));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('moves clients to a target of more weight, and from a target of less weight, alone', () => {
    fc.assert(
      fc.property(arbitraryClients(), arbitraryRankables(2), arbitraryWeight(), (population, targets, weight) => {
        const [old, ...others] = targets as [Rankable, ...Rankable[]];
        const reweighted = { ...old, weight };
        for (const client of population) {
          const before = home(client, targets);
          const after = home(client, [reweighted, ...others]);
          if (before === old && after !== reweighted) expect(weight).toBeLessThan(old.weight);
          else if (before !== old && after === reweighted) expect(weight).toBeGreaterThan(old.weight);
          else expect(after?.id).toBe(before?.id);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('of weight alone moves as many clients as it has to', () => {
    const population = clients['sequential IPv4'];
    const before = rankables([1, 1, 1, 1]);
    const after = rankables([2, 1, 1, 1]);
    const moved = population.filter((client) => home(client, before)?.id !== home(client, after)?.id);
    const due = 2 / 5 - 1 / 4;
    expectShares([moved.length, KEYS - moved.length], [due, 1 - due]);
  });
});
