import { describe, expect, it } from 'vitest';
import { DEFAULT_HASH_KEY } from '../hashing/hash.ts';
import { health, poolOf, targetOf } from '../testing/targets.ts';
import { TargetPool } from './target-pool.ts';

const list = (names: string) => [...names].map((host) => ({ host, port: 80 }));
const names = (pool: TargetPool): string => pool.targets.map((target) => target.options.host).join('');

describe('setTargets', () => {
  it('keeps the order of the list, and the record and state of each target that stays', () => {
    const pool = poolOf('abc');
    const b = targetOf(pool, 'b');
    health.suspend(b, 0);
    b.mode = 'draining';
    pool.setTargets(list('cbd'));
    expect(names(pool)).toBe('cbd');
    expect(targetOf(pool, 'b')).toBe(b);
    expect(b).toMatchObject({ mode: 'draining', suspended: true });
    expect(pool.get('a:80')).toBeUndefined();
  });

  it('makes another snapshot and leaves the old one alone', () => {
    const pool = poolOf('ab');
    const before = pool.targets;
    pool.setTargets(list('c'));
    expect(before.map((target) => target.id)).toEqual(['a:80', 'b:80']);
  });

  it('knows a target by its address, not by its spelling, place or weight', () => {
    const pool = new TargetPool(DEFAULT_HASH_KEY);
    pool.setTargets([{ host: '::1', port: 80 }]);
    const target = pool.targets[0];
    pool.setTargets([
      { host: 'b', port: 80 },
      { host: '[0:0::1]', port: 80, weight: 3 },
    ]);
    expect(pool.targets[1]).toBe(target);
    expect(target).toMatchObject({ weight: 3, options: { host: '[0:0::1]' } });
  });

  it('gives a target named twice both weights, each time', () => {
    const pool = new TargetPool(DEFAULT_HASH_KEY);
    const twice = [
      { host: 'a', port: 80 },
      { host: 'b', port: 80 },
      { host: 'A', port: 80, weight: 0.5 },
    ];
    for (let i = 0; i < 2; i += 1) {
      pool.setTargets(twice);
      expect(pool.targets.map((target) => [target.id, target.weight])).toEqual([
        ['a:80', 1.5],
        ['b:80', 1],
      ]);
    }
    pool.setTargets(list('a'));
    expect(targetOf(pool, 'a').weight).toBe(1);
  });

  it('forgets a removed target on which nothing counts', () => {
    const pool = poolOf('ab');
    const a = targetOf(pool, 'a');
    health.suspend(a, 0);
    pool.setTargets(list('b'));
    expect(a.mode).toBe('removed');
    pool.setTargets(list('ab'));
    expect(targetOf(pool, 'a')).not.toBe(a);
    expect(targetOf(pool, 'a').available).toBe(true);
  });

  it.each(['connections', 'sessions'] as const)('knows a removed target with %s again when it comes back', (count) => {
    const pool = poolOf('ab');
    const a = targetOf(pool, 'a');
    a[count] = 1;
    pool.setTargets(list('b'));
    pool.setTargets(list('b'));
    expect(pool.get('a:80')).toBeUndefined();
    expect(names(pool)).toBe('b');
    pool.setTargets(list('ba'));
    expect(targetOf(pool, 'a')).toBe(a);
    expect(a.mode).toBe('enabled');
  });

  it('may be empty', () => {
    const pool = poolOf('a');
    pool.setTargets([]);
    expect(pool.targets).toEqual([]);
  });
});
