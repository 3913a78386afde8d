import { expect, it } from 'vitest';
import { health, poolOf, targetOf } from '../../testing/targets.ts';
import { EpochChange, type Wanted } from './epoch-change.ts';
import { standing, takesOver } from './standing.ts';

const list = (names: string) => [...names].map((host) => ({ host, port: 80 }));
const nothing: Wanted = { targets: list('abcd'), addresses: new Map(), modes: new Map(), restored: new Map() };

it('ranks what can serve a client now above what is coming back, that above what is suspended, and that above what ends', () => {
  const pool = poolOf('abcd');
  for (const name of 'bcd') health.suspend(targetOf(pool, name), 0);
  const restored = new Map([
    ['b:80', 1],
    ['c:80', 0], // reached before it failed once more
  ]);
  const stands = (name: string, change?: EpochChange, wanted = nothing) =>
    standing(pool.get(`${name}:80`), change, wanted);
  expect(['a', 'b', 'c', 'gone'].map((name) => stands(name))).toEqual([3, 1, 1, 0]);
  expect(['a', 'b', 'c'].map((name) => stands(name, undefined, { ...nothing, restored }))).toEqual([3, 2, 1]);
  const change = new EpochChange(1, pool, { ...nothing, targets: list('bcd'), restored }, [1]);
  expect(['a', 'b', 'c', 'd'].map((name) => stands(name, change))).toEqual([0, 2, 1, 1]);
});

it('leaves a client where it was first, unless it has got through to something as good since, or better', () => {
  const since = [1, 2, 3].map((later) => [1, 2, 3].map((first) => takesOver(later as 1, first as 1, false)));
  const before = [1, 2, 3].map((later) => [1, 2, 3].map((first) => takesOver(later as 1, first as 1, true)));
  expect(since).toEqual([
    [true, false, false],
    [true, true, false],
    [true, true, false],
  ]);
  expect(before).toEqual([
    [false, false, false],
    [true, false, false],
    [true, true, false],
  ]);
});
