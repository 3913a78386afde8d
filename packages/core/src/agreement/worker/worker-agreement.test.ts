// Sessions that a worker hands over before it leaves, and those that it adopts. Everything else that the two machines of the
// agreement do together is in fleet.test.ts.
import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_HASH_KEY } from '../../hashing/hash.ts';
import { firstChoice } from '../../hashing/ranking.ts';
import { HashPolicy } from '../../policies/hash-policy.ts';
import { Router } from '../../routing/router.ts';
import { SessionTable } from '../../sessions/session-table.ts';
import { TargetPool } from '../../targets/target-pool.ts';
import type { TargetRecord } from '../../targets/target-record.ts';
import { targetStates } from '../../targets/target-state.ts';
import { everyone, hashed } from '../../testing/targets.ts';
import { type FromWorker, LONGEST_LIST } from '../protocol/agreement-messages.ts';
import { WorkerAgreement } from './worker-agreement.ts';

const EXPIRY = 1_000;

function setUp() {
  const pool = new TargetPool(DEFAULT_HASH_KEY);
  pool.setTargets(['a', 'b'].map((host) => ({ host, port: 80 })));
  const [a, b] = pool.targets as [TargetRecord, TargetRecord];
  const sessions = new SessionTable({ expiry: EXPIRY, limit: 1_000_000 });
  const sent: FromWorker[] = [];
  const send = (message: FromWorker) => sent.push(message);
  const policy = new HashPolicy(DEFAULT_HASH_KEY);
  const worker = new WorkerAgreement({
    pool,
    policy,
    sessions,
    send,
    soon: (action) => action(),
  });
  const visit = (key: string, now: number) => sessions.release(sessions.hold(key, a, now), now);
  let isDone = false;
  const handOver = (now: number, length?: number) =>
    worker.handOver(
      now,
      () => {
        isDone = true;
      },
      length,
    );
  return { a, b, pool, sessions, sent, worker, visit, handOver, isDone: () => isDone };
}

it('hands its sessions over 500 at a time, the next ones after the answer, and is done after the last answer', () => {
  const { sent, worker, visit, handOver, isDone } = setUp();
  for (let n = 0; n < LONGEST_LIST + 1; n += 1) visit(`client ${n}`, n / 10);
  handOver(100);
  const lengths = () => sent.map((message) => message.type === 'handOver' && message.sessions.length);
  expect(lengths()).toEqual([500]);
  expect(sent).toMatchObject([{ sessions: expect.arrayContaining([['client 500', 'a:80', 50]]) }]);
  worker.receive({ type: 'handedOver' }, 100);
  expect(lengths()).toEqual([500, 1]);
  expect(isDone()).toBe(false);
  worker.receive({ type: 'handedOver' }, 100);
  expect(isDone()).toBe(true);
});

it('hands over no session that has ended meanwhile', () => {
  const { sent, worker, visit, handOver } = setUp();
  visit('old', 0);
  visit('new', 500);
  handOver(600, 1);
  worker.receive({ type: 'handedOver' }, EXPIRY + 100);
  expect(sent).toEqual([
    { type: 'handOver', sessions: [['new', 'a:80', 100]] },
    { type: 'handOver', sessions: [] },
  ]);
});

it('adopts a session where it was agreed to be, with the time that it has been idle', () => {
  const { a, b, sessions, worker } = setUp();
  worker.receive({ type: 'placed', placements: [['displaced', 'b:80']] }, 0);
  const adopted = ['home', 'displaced'].map((key) => [key, 'a:80', 400] as const);
  worker.receive({ type: 'adopt', sessions: [...adopted, ['gone', 'c:80', 0]] }, 2_000);
  expect(sessions.find('home', 2_000)).toMatchObject({ target: a, idleSince: 1_600 });
  expect(sessions.find('displaced', 2_000)).toMatchObject({ target: b, idleSince: 1_600 });
  expect(sessions.size).toBe(2);
});

describe('a client that has reached a target, since its own one was passed over', () => {
  const claimed = (granted: string[], refused: string[]) => ({ type: 'claimed', granted, refused }) as const;

  function claim() {
    const parts = setUp();
    const { a, b, worker, sent } = parts;
    worker.receive({ type: 'epoch', epoch: 0, targets: targetStates([a, b]), past: [] }, 0);
    const [home, other] = firstChoice(hashed('p'), [a, b], everyone) === a ? [a, b] : [b, a];
    worker.claim('p', other);
    worker.claim('p', home);
    expect(sent.splice(0)).toEqual([{ type: 'claim', placements: [['p', other.id]] }]);
    return { ...parts, home, other };
  }

  it('is undecided until it is found out whether another process has its session', () => {
    const { worker, other, sessions } = claim();
    const look = vi.fn();
    worker.whenDecided(look);
    expect([worker.isUndecided('p', 0), worker.isUndecided('q', 0)]).toEqual([true, false]);
    worker.receive({ type: 'placed', placements: [['p', other.id]] }, 0);
    expect([worker.isUndecided('p', 0), look.mock.calls]).toEqual([true, []]);
    worker.receive(claimed(['p'], []), 0);
    expect([worker.isUndecided('p', 0), worker.find('p'), look.mock.calls.length]).toEqual([false, other, 1]);
    expect(sessions.find('p', 0)).toMatchObject({ target: other, live: 0 });
  });

  it('has its session here where nobody else could be told of it', () => {
    const { worker, other, home, sessions } = claim();
    sessions.hold('p', home, 0); // a guest, that waits no longer
    worker.receive(claimed(['p'], []), 0);
    expect([worker.find('p'), sessions.find('p', 0)]).toMatchObject([undefined, { target: other, live: 1 }]);
  });

  it('has a session at home where another process has it, or where that was placed', () => {
    const { worker, home, sessions } = claim();
    worker.receive(claimed([], ['p']), 0);
    expect(sessions.find('p', 0)).toMatchObject({ target: home, live: 0 });
    const placed = claim();
    placed.worker.receive({ type: 'placed', placements: [['p', placed.other.id]] }, 0);
    placed.worker.receive(claimed([], ['p']), 0);
    expect(placed.sessions.find('p', 0)?.target).toBe(placed.other);
  });

  it('has no session where its target has been taken out of use meanwhile', () => {
    const { worker, other, home, sessions } = claim();
    sessions.hold('p', home, 0);
    other.mode = 'disabled';
    worker.receive(claimed(['p'], []), 0);
    expect(sessions.find('p', 0)).toBeUndefined();
  });

  it('has the session that it has adopted meanwhile', () => {
    const { worker, sent } = claim();
    worker.receive({ type: 'adopt', sessions: [['p', 'a:80', 0]] }, 0);
    worker.receive({ type: 'check', check: 1, clientKeys: ['p'] }, 0);
    expect(sent).toEqual([{ type: 'held', check: 1, clientKeys: ['p'] }]);
  });

  it('is held by nobody as long as its session is a guess, and is told of where it begins at home meanwhile', () => {
    const { worker, home, sessions, sent } = claim();
    sessions.hold('p', home, 0);
    worker.receive({ type: 'check', check: 1, clientKeys: ['p'] }, 0);
    expect(sent.splice(0)).toEqual([{ type: 'held', check: 1, clientKeys: [] }]);
    worker.placed('p', home, home);
    expect(sent.splice(0)).toEqual([{ type: 'place', placements: [['p', home.id]] }]);
    worker.receive({ type: 'check', check: 2, clientKeys: ['p'] }, 0);
    expect(sent.splice(0)).toEqual([{ type: 'held', check: 2, clientKeys: ['p'] }]);
  });

  it('is told of where it reaches its own target meanwhile, though its session there was a guess', () => {
    const { worker, pool, home, other, sessions, sent } = claim();
    const policy = new HashPolicy(DEFAULT_HASH_KEY);
    const router = new Router({ pool, health: worker.health, policy, sessions, shared: worker });
    const passing = router.route('p');
    passing.next(0)?.abandoned();
    expect(passing.next(0)?.succeeded(0)?.target).toBe(other);
    expect([sessions.find('p', 0)?.target, sent.splice(0)]).toEqual([home, []]);
    expect(router.route('p').next(0)?.succeeded(0)?.target).toBe(home);
    expect(sent).toEqual([{ type: 'place', placements: [['p', home.id]] }]);
  });

  it('is undecided in the others until the round is over, and told of where it begins at home meanwhile', () => {
    const { worker, sent, a, b } = setUp();
    const home = firstChoice(hashed('p'), [a, b], everyone) as TargetRecord;
    worker.receive({ type: 'check', check: 7, clientKeys: ['p'] }, 0);
    sent.splice(0);
    worker.receive({ type: 'checked', check: 6, kept: ['p'], dropped: [] }, 0);
    expect(worker.isUndecided('p', 0)).toBe(true);
    worker.placed('p', home, home);
    expect(sent.splice(0)).toEqual([{ type: 'place', placements: [['p', home.id]] }]);
    worker.receive({ type: 'checked', check: 7, kept: ['p'], dropped: [] }, 0);
    expect(worker.isUndecided('p', 0)).toBe(false);
  });
});
