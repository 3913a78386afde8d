import { describe, expect, it } from 'vitest';
import { DEFAULT_HASH_KEY } from '../../hashing/hash.ts';
import { HashPolicy } from '../../policies/hash-policy.ts';
import type { TargetPool } from '../../targets/target-pool.ts';
import { targetStates } from '../../targets/target-state.ts';
import { clientPreferring, health, poolOf, targetOf } from '../../testing/targets.ts';
import { NextEpoch } from './next-epoch.ts';

const POLICY = new HashPolicy(DEFAULT_HASH_KEY);

const homeOf = (key: string, { targets }: TargetPool) => POLICY.home(key, targets)?.id;

/** The epoch in which c has come to a and b, and a client whose home it will be, one whose home stays. */
function withNewcomer(restored: readonly string[] = []) {
  const now = poolOf('ab');
  const then = poolOf('abc');
  const next = new NextEpoch({ targets: targetStates(then.targets), past: [], restored }, POLICY, DEFAULT_HASH_KEY);
  return { now, then, next, led: clientPreferring(then, 'cab'), home: clientPreferring(then, 'abc') };
}

describe('the next epoch', () => {
  it('affects a client whose home changes, and no other', () => {
    const { next, now, led, home } = withNewcomer();
    expect([led, home].map((key) => next.affects(key, homeOf(key, now), undefined))).toEqual([true, false]);
  });

  it('affects a client whose home is restored', () => {
    const { next, now, home } = withNewcomer(['a:80']);
    expect(next.affects(home, homeOf(home, now), undefined)).toBe(true);
  });

  it('displaces a session whose home comes, and not one that is at home', () => {
    const { next, led, home } = withNewcomer();
    expect([next.displaces(led, 'a:80'), next.displaces(home, 'a:80')]).toEqual([true, false]);
  });

  it('displaces the sessions of a draining target, and ends those of a disabled or removed one', () => {
    const { then, home } = withNewcomer();
    const asked = (['draining', 'disabled'] as const).map((mode) => {
      targetOf(then, 'a').mode = mode;
      const next = new NextEpoch(
        { targets: targetStates(then.targets), past: [], restored: [] },
        POLICY,
        DEFAULT_HASH_KEY,
      );
      return [next.keepsSessions('a:80'), next.displaces(home, 'a:80')];
    });
    expect(asked).toEqual([
      [true, true],
      [false, false],
    ]);
    const { next } = withNewcomer();
    expect([next.keepsSessions('gone:80'), next.displaces(home, 'gone:80')]).toEqual([false, false]);
  });

  it('has another address of a target than now, or the same one', () => {
    const [now, then] = [poolOf('ab'), poolOf('ab')];
    for (const pool of [now, then]) for (const target of pool.targets) target.address = '192.0.2.1';
    targetOf(then, 'a').address = '192.0.2.2';
    const next = new NextEpoch(
      { targets: targetStates(then.targets), past: [], restored: [] },
      POLICY,
      DEFAULT_HASH_KEY,
    );
    expect(now.targets.map((target) => next.readdresses(target))).toEqual([true, false]);
  });

  it('takes no account of health', () => {
    const { then, home } = withNewcomer();
    health.suspend(targetOf(then, 'a'), 0);
    const next = new NextEpoch(
      { targets: targetStates(then.targets), past: [], restored: [] },
      POLICY,
      DEFAULT_HASH_KEY,
    );
    expect(next.displaces(home, 'a:80')).toBe(false);
  });
});

describe('the next epoch, with an earlier list of targets', () => {
  const AB = [
    { id: 'a:80', weight: 1 },
    { id: 'b:80', weight: 1 },
  ];
  const { now, then, led, home } = withNewcomer();
  const epoch = (restored: readonly string[] = []) =>
    new NextEpoch({ targets: targetStates(then.targets), past: [AB], restored }, POLICY, DEFAULT_HASH_KEY);
  const before = homeOf(led, now) as string;

  it('displaces a session that is at home in one of the lists only', () => {
    expect(before).not.toBe('c:80');
    expect(['c:80', before].map((id) => epoch().displaces(led, id))).toEqual([true, true]);
    expect([epoch().displaces(home, 'a:80'), epoch().displaces(home, 'b:80')]).toEqual([false, true]);
  });

  it('affects a client whose home changes, though it is led where it is led now', () => {
    expect(epoch().affects(led, before, before)).toBe(true);
    expect(epoch().affects(led, 'c:80', before)).toBe(false);
    expect(epoch().affects(led, 'c:80', undefined)).toBe(true);
    expect(epoch().affects(home, 'a:80', undefined)).toBe(false);
  });

  it('affects a client that is led to a target that is restored', () => {
    expect(epoch([before]).affects(led, 'c:80', before)).toBe(true);
  });
});

it('leads a client back to a target that is restored, where it can go to no other place of its own', () => {
  const pool = poolOf('ab');
  const [a, b] = [targetOf(pool, 'a'), targetOf(pool, 'b')];
  health.suspend(a, 0);
  const epoch = new NextEpoch(
    { targets: targetStates(pool.targets), past: [], restored: ['a:80'] },
    POLICY,
    DEFAULT_HASH_KEY,
  );
  const places = [
    [a, undefined],
    [undefined, a],
    [a, b],
    [b, undefined],
    [undefined, undefined],
  ];
  expect(places.map((each) => epoch.leadsBack(each))).toEqual([true, true, false, false, false]);
  const other = new NextEpoch(
    { targets: targetStates(pool.targets), past: [], restored: ['b:80'] },
    POLICY,
    DEFAULT_HASH_KEY,
  );
  expect(other.leadsBack([a, undefined])).toBe(false);
});
