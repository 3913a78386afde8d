import { beforeEach, expect, it, vi } from 'vitest';
import { type FromPrimary, LONGEST_LIST, type PlacementNotice } from '../../protocol/agreement-messages.ts';
import { Members } from '../members.ts';
import { Claims } from './claims.ts';
import { HolderChecks } from './holder-checks.ts';

const A = 'a:80';
const place = vi.fn<(placement: PlacementNotice, now: number) => boolean>();
let sent: [worker: number, message: FromPrimary][];
let members: Members;
let checks: HolderChecks;
let claims: Claims;

beforeEach(() => {
  sent = [];
  place.mockReset().mockReturnValue(true);
  members = new Members((worker, message) => sent.push([worker, message]));
  checks = new HolderChecks(members);
  claims = new Claims({ checks, members, place });
  for (const worker of [1, 2]) members.join(worker);
});

const news = () => sent.splice(0);
const check = (number: number, ...clientKeys: string[]): FromPrimary => ({ type: 'check', check: number, clientKeys });
const over = (number: number, ...kept: string[]): FromPrimary => ({
  type: 'checked',
  check: number,
  kept,
  dropped: [],
});
const claimed = (granted: string[], refused: string[]): FromPrimary => ({ type: 'claimed', granted, refused });

it('places a client that nobody has a session of, and says so before the round is over', () => {
  claims.add(1, [['p', A]], 0);
  expect(news()).toEqual([
    [1, check(1, 'p')],
    [2, check(1, 'p')],
  ]);
  checks.answered(2, 1, [], 1);
  expect([news(), place.mock.calls]).toEqual([[], []]);
  checks.answered(1, 1, [], 2);
  expect(place).toHaveBeenCalledExactlyOnceWith(['p', A], 2);
  expect(news()).toEqual([
    [1, claimed(['p'], [])],
    [1, over(1, 'p')],
    [2, over(1, 'p')],
  ]);
});

it('refuses a client that somebody has a session of, or that began while all were asked, or that was placed elsewhere', () => {
  claims.add(
    1,
    ['held', 'begun', 'placed'].map((key) => [key, A]),
    0,
  );
  checks.answered(2, 1, ['held'], 0);
  checks.begun('begun');
  place.mockReturnValue(false);
  checks.answered(1, 1, [], 0);
  expect(place).toHaveBeenCalledExactlyOnceWith(['placed', A], 0);
  expect(news()).toContainEqual([1, claimed([], ['held', 'begun', 'placed'])]);
});

it('refuses all clients as long as workers that nobody can ask may have sessions of them', () => {
  claims.unaskedUntil = 100;
  claims.add(1, [['p', A]], 99);
  for (const worker of [1, 2]) checks.answered(worker, 1, [], 99);
  expect(news()).toContainEqual([1, claimed([], ['p'])]);
  expect(place).not.toHaveBeenCalled();
  claims.add(1, [['p', A]], 99);
  for (const worker of [1, 2]) checks.answered(worker, 2, [], 100);
  expect(news()).toContainEqual([1, claimed(['p'], [])]);
});

it('asks for those claimed meanwhile together, once the round is over', () => {
  claims.add(1, [['p', A]], 0);
  claims.add(2, [['q', A]], 0);
  claims.add(
    1,
    Array.from({ length: LONGEST_LIST }, (_, n) => [`client ${n}`, A]),
    0,
  );
  claims.add(2, [['client 0', 'b:80']], 0);
  expect(news()).toHaveLength(2);
  for (const worker of [1, 2]) checks.answered(worker, 1, [], 0);
  const asked = () => news().flatMap(([, message]) => (message.type === 'check' ? [message] : []));
  expect(asked().map(({ clientKeys }) => clientKeys.length)).toEqual([LONGEST_LIST, LONGEST_LIST]);
  for (const worker of [1, 2]) checks.answered(worker, 2, [], 0);
  expect(asked().map(({ clientKeys }) => clientKeys)).toEqual([
    [`client ${LONGEST_LIST - 1}`, 'client 0'],
    [`client ${LONGEST_LIST - 1}`, 'client 0'],
  ]);
});

it('counts the first of two claims on a client, and answers both', () => {
  claims.add(1, [['p', A]], 0);
  claims.add(1, [['q', A]], 0);
  claims.add(2, [['q', 'b:80']], 0);
  for (const worker of [1, 2]) checks.answered(worker, 1, [], 0);
  news();
  place.mockImplementation(([, target]) => target === A);
  for (const worker of [1, 2]) checks.answered(worker, 2, [], 0);
  expect(news().slice(0, 2)).toEqual([
    [1, claimed(['q'], [])],
    [2, claimed([], ['q'])],
  ]);
});

it('takes a worker that is gone to hold nothing and to claim nothing, and asks one that has come', () => {
  claims.add(1, [['p', A]], 0);
  members.join(3);
  expect(checks.join(3)).toEqual([check(1, 'p')]);
  members.leave(1);
  checks.leave(1, false, 0);
  checks.answered(2, 1, [], 0);
  news();
  checks.answered(3, 1, [], 0);
  expect(place).not.toHaveBeenCalled();
  expect(news()).toEqual([
    [2, over(1, 'p')],
    [3, over(1, 'p')],
  ]);
});
