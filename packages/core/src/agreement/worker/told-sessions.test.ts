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

it('doubts one until it is kept or dropped', () => {
  const pool = poolOf('a');
  const told = new ToldSessions();
  for (const key of 'pq') {
    told.set(key, targetOf(pool, 'a'));
    told.doubt(key);
  }
  told.keep('p');
  told.drop('q');
  expect([told.isDoubtful('p'), told.isDoubtful('q'), told.doubtful, told.size]).toEqual([false, false, 0, 1]);
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
