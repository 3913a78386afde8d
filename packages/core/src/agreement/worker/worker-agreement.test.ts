// Sessions that a worker hands over before it leaves, and those that it adopts. Everything else that the two machines of the
// agreement do together is in fleet.test.ts.
import { expect, it } from 'vitest';
import { DEFAULT_HASH_KEY } from '../../hashing/hash.ts';
import { HashPolicy } from '../../policies/hash-policy.ts';
import { SessionTable } from '../../sessions/session-table.ts';
import { TargetPool } from '../../targets/target-pool.ts';
import type { TargetRecord } from '../../targets/target-record.ts';
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
  return { a, b, sessions, sent, worker, visit, handOver, isDone: () => isDone };
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
