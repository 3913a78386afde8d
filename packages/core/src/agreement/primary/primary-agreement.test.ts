// Sessions on their way from a worker that leaves to another one, as the primary passes them on. Everything else that the two
// machines of the agreement do together is in fleet.test.ts.
import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_HASH_KEY } from '../../hashing/hash.ts';
import { NOTHING_SAVED } from '../../testing/fleet-file.ts';
import type { FromPrimary, SessionNotice } from '../protocol/agreement-messages.ts';
import { MemorySessionStore } from '../store/memory-session-store.ts';
import { PrimaryAgreement } from './primary-agreement.ts';

const CLIENT = '192.0.2.1';
const A = 'a:80';
const EXPIRY = 1_000;
const targets = ['a', 'b'].map((host) => ({ host, port: 80 }));
const piece = (idle: number, target = A): SessionNotice[] => [[CLIENT, target, idle]];

let primary: PrimaryAgreement;
let sent: { worker: number; message: FromPrimary }[];

beforeEach(() => {
  sent = [];
  const send = (worker: number, message: FromPrimary) => sent.push({ worker, message });
  primary = new PrimaryAgreement({
    targets,
    hashKey: DEFAULT_HASH_KEY,
    suspension: 1_000,
    sessionExpiry: EXPIRY,
    store: new MemorySessionStore(10),
    send,
  });
});

/** The messages of these types since the last call, by the workers that they went to. */
function news(...types: FromPrimary['type'][]): [worker: number, message: FromPrimary][] {
  return sent
    .splice(0)
    .filter(({ message }) => types.includes(message.type))
    .map(({ worker, message }) => [worker, message]);
}

const handOver = (worker: number, sessions: SessionNotice[], now: number) =>
  primary.receive(worker, { type: 'handOver', sessions }, now);

describe('sessions that a worker hands over', () => {
  it('are sent to another one, and the next ones are asked for', () => {
    for (const worker of [1, 2]) primary.join(worker, 0);
    primary.retire(1);
    handOver(1, piece(50), 100);
    expect(news('adopt', 'handedOver')).toEqual([
      [2, { type: 'adopt', sessions: piece(50) }],
      [1, { type: 'handedOver' }],
    ]);
  });

  it('wait until the epoch has changed, and those of a target that is gone then are over', () => {
    for (const worker of [1, 2, 3]) primary.join(worker, 0);
    primary.retire(1);
    primary.setTargets([{ host: 'a', port: 80 }], 0);
    handOver(1, [...piece(50), ['192.0.2.2', 'b:80', 60]], 100);
    expect(news('adopt', 'handedOver')).toEqual([]);
    for (const worker of [1, 2, 3]) primary.receive(worker, { type: 'prepared', epoch: 1 }, 300);
    expect(news('epoch', 'adopt', 'handedOver')).toEqual([
      ...[1, 2, 3].map((worker) => [worker, expect.objectContaining({ type: 'epoch', epoch: 1 })]),
      [2, { type: 'adopt', sessions: piece(250) }],
      [1, { type: 'handedOver' }],
    ]);
  });

  it('wait for a worker that accepts, which is told first what holds', () => {
    primary.join(1, 0);
    primary.retire(1);
    handOver(1, piece(50), 100);
    expect(news('adopt', 'handedOver')).toEqual([]);
    primary.join(2, 400);
    expect(news('epoch', 'adopt', 'handedOver')).toEqual([
      [2, expect.objectContaining({ type: 'epoch' })],
      [2, { type: 'adopt', sessions: piece(350) }],
      [1, { type: 'handedOver' }],
    ]);
  });

  it('are lost with a worker that ends before another one could keep them', () => {
    primary.join(1, 0);
    primary.retire(1);
    handOver(1, piece(50), 100);
    primary.leave(1, 200);
    primary.join(2, 300);
    expect(news('adopt')).toEqual([]);
  });

  it('are held by somebody, although all have been asked before and have none', () => {
    for (const worker of [1, 2]) primary.join(worker, 0);
    primary.receive(1, { type: 'place', placements: [[CLIENT, 'b:80']] }, 0);
    primary.retire(1);
    primary.tick(3 * EXPIRY);
    const asked = news('check');
    expect(asked.map(([worker]) => worker)).toEqual([1, 2]);
    const { check } = asked.map(([, message]) => message as FromPrimary & { type: 'check' })[0] ?? { check: -1 };
    primary.receive(2, { type: 'held', check, clientKeys: [] }, 3 * EXPIRY);
    handOver(1, piece(50, 'b:80'), 3 * EXPIRY);
    primary.receive(1, { type: 'held', check, clientKeys: [] }, 3 * EXPIRY);
    expect(news('checked')[0]).toEqual([1, { type: 'checked', check, kept: [CLIENT], dropped: [] }]);
  });
});

describe('a worker that dies', () => {
  const news3 = [...targets, { host: 'c', port: 80 }];
  const AB = [['a:80', 'b:80'].map((id) => ({ id, weight: 1 }))];
  const prepared = (worker: number, epoch: number, now = 0) =>
    primary.receive(worker, { type: 'prepared', epoch }, now);
  const past = (type: 'epoch' | 'prepare') =>
    news(type).map(([worker, message]) => [worker, (message as FromPrimary & { type: 'epoch' }).past]);

  beforeEach(() => {
    for (const worker of [1, 2]) primary.join(worker, 0);
    news();
  });

  it('says nothing of the present targets until they change; then they lead its clients until its sessions would be over', () => {
    primary.leave(1, 0);
    expect([news('epoch', 'prepare'), primary.isWaiting]).toEqual([[], false]);
    primary.setTargets(news3, 10);
    prepared(2, 1, 10);
    expect(past('epoch')).toEqual([[2, AB]]);
    expect([primary.pastLists, primary.isWaiting]).toEqual([AB, true]);
    primary.tick(EXPIRY - 1);
    expect(news('prepare')).toEqual([]);
    primary.tick(EXPIRY);
    expect(past('prepare')).toEqual([[2, []]]);
    prepared(2, 2, EXPIRY);
    expect([primary.pastLists, primary.epoch]).toEqual([[], 2]);
  });

  it('has a change begin again that did not reckon with it', () => {
    primary.setTargets(news3, 0);
    prepared(2, 1);
    expect(past('prepare')).toEqual([1, 2].map((worker) => [worker, []]));
    primary.leave(1, 0);
    expect(past('prepare')).toEqual([[2, AB]]);
    prepared(2, 1);
    expect(primary.epoch).toBe(0);
    prepared(2, 2);
    expect([primary.epoch, primary.pastLists]).toEqual([2, AB]);
  });

  it('is none that has handed all its sessions over', () => {
    primary.retire(1);
    primary.receive(1, { type: 'emptied' }, 0);
    primary.leave(1, 0);
    primary.setTargets(news3, 10);
    prepared(2, 1, 10);
    expect(past('epoch')).toEqual([[2, []]]);
  });
});

it('leads clients where an earlier primary’s lists do, for as long as its workers may serve and their sessions last', () => {
  const AC = ['a:80', 'c:80'].map((id) => ({ id, weight: 1 }));
  primary.succeed([AC], 500, 0);
  primary.join(1, 0);
  expect(primary.pastLists).toEqual([[AC[0], { ...AC[1], isOver: true }]]);
  expect(primary.snapshot(0).lists).toEqual([
    ...primary.pastLists,
    targets.map(({ host }) => ({ id: `${host}:80`, weight: 1 })),
  ]);
  primary.tick(EXPIRY + 499);
  expect(news('prepare')).toEqual([]);
  primary.tick(EXPIRY + 500);
  expect(news('prepare')).toHaveLength(1);
});

it('takes its own first list for that of an earlier primary that has left none', () => {
  primary.succeed([], 500, 0);
  expect(primary.pastLists).toEqual([]);
  primary.setTargets([{ host: 'a', port: 80 }], 0);
  expect(primary.pastLists).toEqual([
    [
      { id: 'a:80', weight: 1 },
      { id: 'b:80', weight: 1, isOver: true },
    ],
  ]);
});

it('leads nobody to a target that the modes of an earlier primary have out of use', () => {
  const lists = [targets.map(({ host }) => ({ id: `${host}:80`, weight: 1 }))];
  const resumed = primary.resume({ ...NOTHING_SAVED, modes: [['b:80', 'disabled']], lists }, 0, 0);
  primary.succeed(resumed.lists, 500, 0);
  primary.setMode('b:80', 'enabled', 0);
  expect(primary.pastLists.flat().filter(({ isOver }) => isOver)).toEqual([{ id: 'b:80', weight: 1, isOver: true }]);
});

it('leads no new client to a target that was draining under an earlier primary', () => {
  const { lists } = primary.resume({ ...NOTHING_SAVED, modes: [['b:80', 'draining']] }, 0, 0);
  primary.succeed(lists, 500, 0);
  expect([lists, primary.pastLists]).toEqual([[], []]);
});

it('places no client away from home that a worker of an earlier primary may have there, and that cannot be asked', () => {
  primary.succeed([], 500, 0);
  primary.join(1, 0);
  const claimed = (check: number, now: number) => {
    primary.receive(1, { type: 'claim', placements: [[CLIENT, A]] }, now);
    primary.receive(1, { type: 'held', check, clientKeys: [] }, now);
    return news('claimed');
  };
  expect(claimed(1, 499)).toEqual([[1, { type: 'claimed', granted: [], refused: [CLIENT] }]]);
  expect(primary.find(CLIENT)).toBeUndefined();
  expect(claimed(2, 500)).toEqual([[1, { type: 'claimed', granted: [CLIENT], refused: [] }]]);
  expect(primary.find(CLIENT)).toBe(A);
});
