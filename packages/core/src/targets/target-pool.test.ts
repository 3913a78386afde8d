import { describe, expect, it } from 'vitest';
import { poolOf, targetOf } from '../testing/targets.ts';
import { TargetPool } from './target-pool.ts';
import type { TargetState } from './target-state.ts';

const list = (names: string) => [...names].map((host) => ({ host, port: 80 }));
const names = (pool: TargetPool): string => pool.targets.map((target) => target.options.host).join('');

describe('setTargets', () => {
  it('keeps the order of the list, and the record and state of each target that stays', () => {
    const pool = poolOf('abc');
    const b = targetOf(pool, 'b');
    pool.suspend(b, 0);
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
    const pool = new TargetPool();
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
    const pool = new TargetPool();
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
    pool.suspend(a, 0);
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

describe('health', () => {
  it('is told once for each change', () => {
    const told: unknown[] = [];
    const pool = poolOf('a', { suspension: 100, onHealth: (target, ...news) => told.push([target.id, ...news]) });
    const a = targetOf(pool, 'a');
    pool.restore(a);
    pool.suspend(a, 0, 'refused');
    pool.suspend(a, 50, 'refused');
    expect(a.suspendedUntil).toBe(150);
    pool.restore(a);
    pool.restore(a);
    expect(a.suspendedUntil).toBeUndefined();
    expect(told).toEqual([
      ['a:80', 'suspended', 'refused'],
      ['a:80', 'restored'],
    ]);
  });

  it('has another version after each change, so that older news can be told', () => {
    const pool = poolOf('a');
    const a = targetOf(pool, 'a');
    const versions = [a.healthVersion];
    for (const change of [() => pool.suspend(a, 0), () => pool.suspend(a, 1), () => pool.restore(a)]) {
      change();
      versions.push(a.healthVersion);
    }
    expect(new Set(versions).size).toBe(4);
    pool.restore(a);
    expect(a.healthVersion).toBe(versions[3]);
  });

  it('ends a trial with each change', () => {
    const pool = poolOf('a');
    const a = targetOf(pool, 'a');
    for (const change of [() => pool.suspend(a, 0), () => pool.restore(a)]) {
      pool.suspend(a, 0);
      a.onTrial = true;
      change();
      expect(a.onTrial).toBe(false);
    }
  });

  it('suspends for 60 s unless told otherwise', () => {
    const pool = poolOf('a');
    pool.suspend(targetOf(pool, 'a'), 1000);
    expect(targetOf(pool, 'a').suspendedUntil).toBe(61_000);
  });
});

describe('a pool that follows another process', () => {
  const state = (host: string, more: Partial<TargetState> = {}): TargetState => ({
    options: { host, port: 80 },
    mode: 'enabled',
    healthVersion: 0,
    suspendedFor: undefined,
    ...more,
  });

  it('takes over list, modes and health', () => {
    const pool = poolOf('ab');
    pool.apply([state('b', { mode: 'draining' }), state('c', { healthVersion: 3, suspendedFor: 50 })], 100);
    expect(names(pool)).toBe('bc');
    expect(targetOf(pool, 'b').mode).toBe('draining');
    expect(targetOf(pool, 'c')).toMatchObject({ healthVersion: 3, suspendedUntil: 150, suspended: true });
    pool.apply([state('b'), state('c', { healthVersion: 4 })], 120);
    expect(targetOf(pool, 'c')).toMatchObject({ healthVersion: 4, suspended: false });
    expect(targetOf(pool, 'b').mode).toBe('enabled');
  });

  it('keeps what it has reported itself until there is word, but not for a target that comes back', () => {
    const pool = poolOf('ab');
    const a = targetOf(pool, 'a');
    const reported: string[] = [];
    pool.reports = {
      failed: ({ id }) => reported.push(`failed ${id}`),
      reached: ({ id }) => reported.push(`reached ${id}`),
    };
    pool.failed(a, 0);
    pool.failed(a, 1);
    pool.apply([state('a'), state('b')], 2);
    expect([a.suspended, reported]).toEqual([true, ['failed a:80']]);
    a.connections = 1; // so that it is remembered
    pool.apply([state('b')], 3);
    pool.apply([state('a'), state('b')], 4);
    expect(targetOf(pool, 'a').suspended).toBe(false);
  });

  it('restores nothing by itself, and says once that a target has been reached', () => {
    const pool = poolOf('a');
    const a = targetOf(pool, 'a');
    const reported: string[] = [];
    pool.reports = { failed: () => {}, reached: ({ id }) => reported.push(id) };
    pool.follow(a, 1, 100);
    expect(a.trialDue(200)).toBe(false);
    pool.lendTrial(a, 200, 300);
    expect([a.trialDue(200), a.trialDue(300)]).toEqual([true, false]);
    pool.reached(a);
    pool.reached(a);
    expect([a.suspended, reported]).toEqual([true, ['a:80']]);
  });
});
