import { expect, it } from 'vitest';
import type { SessionNotice } from '../protocol/agreement-messages.ts';
import { Handovers } from './handovers.ts';

const piece: readonly SessionNotice[] = [['192.0.2.1', 'a:80', 50]];
const NONE = (): boolean => false;
const heirs = (taken: Iterable<{ heir: number }>): number[] => [...taken].map(({ heir }) => heir);

it('gives one piece after the other to the next worker, and none back to the one that it comes from', () => {
  const handovers = new Handovers();
  const all = [1, 2, 3].map(() => {
    handovers.add(2, piece, NONE, 0);
    return heirs(handovers.take([3, 1, 2], 0)); // in the order in which they have come
  });
  expect(all).toEqual([[1], [3], [1]]);
});

it('keeps a piece until a worker can adopt it, and counts that time as idle', () => {
  const handovers = new Handovers();
  handovers.add(1, piece, NONE, 100);
  expect([...handovers.take([], 200)]).toEqual([]);
  expect([...handovers.take([1], 300)]).toEqual([]);
  expect([...handovers.take([4], 400)]).toEqual([{ from: 1, heir: 4, sessions: [['192.0.2.1', 'a:80', 350]] }]);
  expect([...handovers.take([4], 500)]).toEqual([]);
});

it('drops what waits when the worker is gone that handed it over', () => {
  const handovers = new Handovers();
  handovers.add(1, piece, NONE, 0);
  handovers.add(2, piece, NONE, 0);
  handovers.leave(1);
  expect([...handovers.take([3], 0)].map(({ from }) => from)).toEqual([2]);
});

it('drops sessions of targets that are out of use when they come, or have been since', () => {
  const handovers = new Handovers();
  const sessions = [...'abc'].map((name, n): SessionNotice => [`192.0.2.${n}`, name, 0]);
  handovers.add(1, sessions, (target) => target === 'a', 0);
  handovers.dropWhere((target) => target === 'b');
  expect([...handovers.take([2], 0)]).toMatchObject([{ sessions: [['192.0.2.2', 'c', 0]] }]);
});
