import { describe, expect, it } from 'vitest';
import type { TargetPool } from '../../targets/target-pool.ts';
import { health, poolOf, targetOf } from '../../testing/targets.ts';
import { EpochChange, type Wanted } from './epoch-change.ts';

const list = (names: string, weight = 1) => [...names].map((host) => ({ host, port: 80, weight }));
const wanted = (names: string, also: Partial<Wanted> = {}): Wanted => ({
  targets: list(names),
  addresses: new Map(),
  modes: new Map(),
  restored: new Map(),
  ...also,
});

describe('a change of epoch', () => {
  it('is needed when something would be other than it is', () => {
    const pool = poolOf('ab');
    const needed = [
      wanted('ab'),
      wanted('abc'),
      wanted('a'),
      wanted('ab', { targets: list('ab', 2) }),
      wanted('ab', { modes: new Map([['a:80', 'draining']]) }),
      wanted('ab', { modes: new Map([['a:80', 'enabled']]) }),
      wanted('ab', { modes: new Map([['gone:80', 'draining']]) }),
    ].map((what) => EpochChange.isNeeded(pool, what));
    expect(needed).toEqual([false, true, true, true, true, false, false]);
  });

  it('is needed to restore a target, unless its health has changed since it was reached', () => {
    const pool = poolOf('a');
    const what = wanted('a', { restored: new Map([['a:80', 1]]) });
    health.suspend(targetOf(pool, 'a'), 0);
    expect(EpochChange.isNeeded(pool, what)).toBe(true);
    health.suspend(targetOf(pool, 'a'), 0);
    expect(EpochChange.isNeeded(pool, what)).toBe(false);
  });

  it('is needed when a target is to have another address, or none', () => {
    const pool = poolOf('ab');
    const at = (address: string) => wanted('ab', { addresses: new Map([['a:80', address]]) });
    expect(EpochChange.isNeeded(pool, at('192.0.2.1'))).toBe(true);
    const change = new EpochChange(1, pool, at('192.0.2.1'), []);
    expect(change.announcement).toMatchObject({ targets: [{ address: '192.0.2.1' }, { address: undefined }] });
    change.apply(pool, health);
    const needed = [at('192.0.2.1'), at('192.0.2.2'), wanted('ab')].map((what) => EpochChange.isNeeded(pool, what));
    expect(needed).toEqual([false, true, true]);
  });

  it('announces what is to hold, and changes nothing before its end', () => {
    const pool = poolOf('ab');
    const change = new EpochChange(7, pool, wanted('bc', { modes: new Map([['b:80', 'draining']]) }), [1, 2]);
    expect(change.announcement).toMatchObject({
      type: 'prepare',
      epoch: 7,
      targets: [
        { options: { host: 'b' }, mode: 'draining' },
        { options: { host: 'c' }, mode: 'enabled' },
      ],
    });
    expect([...change.awaited]).toEqual([1, 2]);
    expect(['a:80', 'b:80', 'c:80'].map((id) => change.keepsSessions(id))).toEqual([false, true, true]);
    expect(pool.targets.map(({ id, mode }) => `${id} ${mode}`)).toEqual(['a:80 enabled', 'b:80 enabled']);
    change.apply(pool, health);
    expect(pool.targets.map(({ id, mode }) => `${id} ${mode}`)).toEqual(['b:80 draining', 'c:80 enabled']);
  });

  it('announces the earlier lists that will lead clients, as the next targets have it', () => {
    const past = (next: TargetPool) => [next.targets.map(({ id, weight }) => ({ id, weight }))];
    const change = new EpochChange(1, poolOf('a'), wanted('b'), [], past);
    expect(change.pastLists).toEqual([[{ id: 'b:80', weight: 1 }]]);
    expect(change.announcement).toMatchObject({ past: change.pastLists });
  });

  it('restores a target, unless it was suspended anew meanwhile', () => {
    const pool = poolOf('ab');
    for (const target of pool.targets) health.suspend(target, 0);
    const restored = new Map([
      ['a:80', 1],
      ['b:80', 1],
    ]);
    const change = new EpochChange(1, pool, wanted('ab', { restored }), []);
    health.suspend(targetOf(pool, 'b'), 0);
    change.apply(pool, health);
    expect(pool.targets.map(({ suspended }) => suspended)).toEqual([false, true]);
  });
});
