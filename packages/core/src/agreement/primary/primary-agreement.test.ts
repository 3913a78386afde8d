// Sessions on their way from a worker that leaves to another one, as the primary passes them on. Everything else that the two
// machines of the agreement do together is in fleet.test.ts.
import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_HASH_KEY } from '../../hashing/hash.ts';
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
    expect(news('checked')[0]).toEqual([1, { type: 'checked', kept: [CLIENT], dropped: [] }]);
  });
});
