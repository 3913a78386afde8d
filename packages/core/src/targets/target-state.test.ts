import { expect, it } from 'vitest';
import { health, poolOf, targetOf } from '../testing/targets.ts';
import { FollowingHealth } from './following-health.ts';
import { applyStates, type TargetState, targetStates } from './target-state.ts';

const state = (host: string, more: Partial<TargetState> = {}): TargetState => ({
  options: { host, port: 80 },
  mode: 'enabled',
  healthVersion: 0,
  suspended: false,
  ...more,
});

it('brings list, modes and health to another pool', () => {
  const pool = poolOf('ab');
  applyStates(pool, [state('b', { mode: 'draining' }), state('c', { healthVersion: 3, suspended: true })]);
  expect(pool.targets.map(({ id, mode }) => `${id} ${mode}`)).toEqual(['b:80 draining', 'c:80 enabled']);
  const c = targetOf(pool, 'c');
  expect([c.health.version, c.suspended]).toEqual([3, true]);
  applyStates(pool, [state('b'), state('c', { healthVersion: 4 })]);
  expect(targetOf(pool, 'c')).toMatchObject({ health: { version: 4 }, suspended: false });
  expect(targetOf(pool, 'b').mode).toBe('enabled');
});

it('says of a target what it weighs, and whether it is skipped', () => {
  const pool = poolOf('ab');
  health.suspend(targetOf(pool, 'a'), 0);
  const options = { port: 80, weight: 1 };
  expect(targetStates(pool.targets)).toEqual([
    { options: { ...options, host: 'a' }, mode: 'enabled', healthVersion: 1, suspended: true },
    { options: { ...options, host: 'b' }, mode: 'enabled', healthVersion: 0, suspended: false },
  ]);
});

it('keeps what was learned here until there is another decision, but not for a target that comes back', () => {
  const pool = poolOf('ab');
  const a = targetOf(pool, 'a');
  new FollowingHealth(() => {}).report(a, 0, 'failed', 0);
  applyStates(pool, [state('a'), state('b')]);
  expect(a.suspended).toBe(true);
  a.connections = 1; // so that it is remembered
  applyStates(pool, [state('b')]);
  applyStates(pool, [state('a'), state('b')]);
  expect(targetOf(pool, 'a')).toBe(a);
  expect(a.suspended).toBe(false);
});
