import { expect, it } from 'vitest';
import { poolOf, targetOf } from '../../testing/targets.ts';
import { ToldSessions } from './told-sessions.ts';

it('keeps the last word on a client', () => {
  const pool = poolOf('ab');
  const told = new ToldSessions();
  told.set('p', targetOf(pool, 'a'));
  told.set('p', targetOf(pool, 'b'));
  expect([told.size, told.find('p')]).toEqual([1, targetOf(pool, 'b')]);
});

it('doubts a client until the last check on it is over', () => {
  const told = new ToldSessions();
  told.doubt('p', 1);
  told.doubt('q', 1);
  told.doubt('p', 2);
  for (const key of 'pq') told.settle(key, 1);
  expect([told.isDoubtful('p'), told.isDoubtful('q'), told.doubtful]).toEqual([true, false, 1]);
  told.drop('p');
  expect(told.isDoubtful('p')).toBe(true);
  told.settle('p', 2);
  expect(told.doubtful).toBe(0);
});

it.each(['disabled', 'removed'] as const)(
  'forgets the sessions of a target that is %s, not those of a draining one',
  (mode) => {
    const pool = poolOf('ab');
    const told = new ToldSessions();
    told.set('p', targetOf(pool, 'a'));
    told.set('q', targetOf(pool, 'b'));
    targetOf(pool, 'b').mode = 'draining';
    targetOf(pool, 'a').mode = mode;
    told.dropEnded();
    expect([told.find('p'), told.find('q')?.id]).toEqual([undefined, 'b:80']);
  },
);
