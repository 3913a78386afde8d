import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referenceRanking } from '../testing/ranking-reference.ts';
import { arbitraryHash, arbitraryRankables, everyone, hashed, rankable, rankables } from '../testing/targets.ts';
import { firstChoice, type Rankable, ranking } from './ranking.ts';

const ids = (targets: Iterable<Rankable>): string[] => [...targets].map((target) => target.id);

describe('ranking', () => {
  it('is the targets sorted by cost, ties by id', () => {
    fc.assert(
      fc.property(arbitraryHash(), arbitraryRankables(), (client, targets) => {
        expect(ids(ranking(client, targets))).toEqual(ids(referenceRanking(client, targets)));
      }),
      { numRuns: 1000 },
    );
  });

  it('breaks a tie by id', () => {
    const hash = hashed('the same');
    const targets = ['c', 'a', 'b'].map((id) => ({ id, hash, weight: 1 }));
    expect(ids(ranking(hashed('client'), targets))).toEqual(['a', 'b', 'c']);
  });

  it('does not depend on the order of the list', () => {
    const lists = arbitraryRankables(2).chain((targets) =>
      fc.tuple(fc.constant(targets), fc.shuffledSubarray(targets, { minLength: targets.length })),
    );
    fc.assert(
      fc.property(arbitraryHash(), lists, (client, [targets, shuffled]) => {
        expect(ids(ranking(client, shuffled))).toEqual(ids(ranking(client, targets)));
      }),
      { numRuns: 500 },
    );
  });

  it('gives nothing for no targets', () => {
    expect([...ranking(hashed('client'), [])]).toEqual([]);
    expect(firstChoice(hashed('client'), [], everyone)).toBeUndefined();
  });

  it('is lazy: the first choice looks at each target once, each further one once more', () => {
    let looks = 0;
    const watched = rankables([1, 1, 1, 1, 1]).map((target) => ({
      id: target.id,
      weight: target.weight,
      get hash() {
        looks += 1;
        return target.hash;
      },
    }));
    const order = ranking(hashed('client'), watched);
    expect(looks).toBe(0);
    order.next();
    expect(looks).toBe(5);
    order.next();
    expect(looks).toBe(5 + 4);
  });
});

describe('firstChoice', () => {
  it('is the first in the ranking that is eligible', () => {
    fc.assert(
      fc.property(arbitraryHash(), arbitraryRankables(), fc.func(fc.boolean()), (client, targets, lets) => {
        const eligible = (target: Rankable): boolean => lets(target.id);
        expect(firstChoice(client, targets, eligible)).toBe(referenceRanking(client, targets).find(eligible));
      }),
      { numRuns: 500 },
    );
  });

  it('asks each candidate once whether it is eligible', () => {
    const targets = rankables([1, 2, 3]);
    const asked: string[] = [];
    firstChoice(hashed('client'), targets, (target) => asked.push(target.id) > 1);
    expect(asked).toEqual(ids(targets));
  });

  it('takes the only candidate whatever its weight', () => {
    for (const weight of [Number.MIN_VALUE, 1e-9, 1, 1e9, Number.MAX_VALUE]) {
      const only = rankable('only', weight);
      expect(firstChoice(hashed('client'), [only], everyone)).toBe(only);
    }
  });
});
