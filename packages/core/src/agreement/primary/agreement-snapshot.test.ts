// What the next primary begins with. What clients notice of it is in fleet.test.ts.
import { expect, it } from 'vitest';
import { DEFAULT_HASH_KEY } from '../../hashing/hash.ts';
import { NOTHING_SAVED } from '../../testing/fleet-file.ts';
import type { FromPrimary, PlacementNotice } from '../protocol/agreement-messages.ts';
import { MemorySessionStore } from '../store/memory-session-store.ts';
import type { AgreementSnapshot } from './agreement-snapshot.ts';
import { PrimaryAgreement } from './primary-agreement.ts';

const EXPIRY = 1_000;
const SUSPENSION = 500;

function primaryOf(names: string) {
  const changes: number[] = [];
  const sent: FromPrimary[] = [];
  const primary = new PrimaryAgreement({
    targets: [...names].map((host) => ({ host, port: 80 })),
    hashKey: DEFAULT_HASH_KEY,
    suspension: SUSPENSION,
    sessionExpiry: EXPIRY,
    store: new MemorySessionStore(10),
    send: (_, message) => sent.push(message),
    onChange: () => changes.push(changes.length),
  });
  const changed = () => changes.splice(0).length > 0;
  return { primary, changed, sent };
}

const placed = (primary: PrimaryAgreement, placements: PlacementNotice[], now = 0) =>
  primary.receive(1, { type: 'place', placements }, now);

const copy = ({ sessions, ...rest }: AgreementSnapshot) => ({ ...rest, sessions: [...sessions] });

const list = (names: string) => [...names].map((name) => ({ id: `${name}:80`, weight: 1 }));

it('has what is not as in the config, and says when that changes', () => {
  const { primary, changed } = primaryOf('abcd');
  expect(copy(primary.snapshot(0))).toEqual({ ...NOTHING_SAVED, lists: [list('abcd')] });
  expect(changed()).toBe(false);
  primary.join(1, 0);
  expect(changed()).toBe(false);
  placed(primary, [
    ['p', 'b:80'],
    ['q', 'c:80'],
  ]);
  expect(changed()).toBe(true);
  placed(primary, [['p', 'b:80']]);
  expect(changed()).toBe(false);
  primary.report('a:80', { source: 'controller', outcome: 'failed', reason: '' }, 0);
  expect(changed()).toBe(true);
  primary.setMode('d:80', 'draining', 0);
  expect(changed()).toBe(false);
  primary.receive(1, { type: 'prepared', epoch: 1 }, 0);
  expect(changed()).toBe(true);
  primary.setAddresses(new Map([['b:80', '192.0.2.2']]), 0);
  expect([changed(), primary.snapshot(0).addresses]).toEqual([false, []]);
  primary.receive(1, { type: 'prepared', epoch: 2 }, 0);
  expect(changed()).toBe(true);
  expect(copy(primary.snapshot(200))).toEqual({
    modes: [['d:80', 'draining']],
    suspensions: [['a:80', 'deactivated', 300]],
    addresses: [['b:80', '192.0.2.2']],
    lists: [list('abc')],
    sessions: [
      ['p', 'b:80'],
      ['q', 'c:80'],
    ],
  });
  expect(primary.snapshot(10 * SUSPENSION).suspensions).toEqual([['a:80', 'deactivated', 0]]);
  primary.setMode('c:80', 'disabled', 0);
  primary.receive(1, { type: 'prepared', epoch: 3 }, 0);
  expect([...primary.snapshot(0).sessions]).toEqual([['p', 'b:80']]);
});

it('is told to the first worker of the next primary, as far as it concerns a target of that one', () => {
  const { primary, sent } = primaryOf('abc');
  const resumed = primary.resume(
    {
      modes: [
        ['a:80', 'disabled'],
        ['gone:80', 'draining'],
      ],
      lists: [list('abc')],
      addresses: [
        ['b:80', '192.0.2.2'],
        ['gone:80', '192.0.2.3'],
      ],
      suspensions: [
        ['b:80', 'failed', 100],
        ['gone:80', 'failed', 100],
      ],
      sessions: [
        ['p', 'a:80'],
        ['q', 'b:80'],
        ['r', 'gone:80'],
        ['s', 'c:80'],
      ],
    },
    0,
    5_000,
  );
  expect(resumed).toEqual({
    modes: [['a:80', 'disabled']],
    suspensions: [['b:80', 'failed', 100]],
    addresses: [['b:80', '192.0.2.2']],
    lists: [list('abc')],
    sessions: 2,
  });
  primary.join(1, 5_000);
  expect(sent).toEqual([
    expect.objectContaining({
      type: 'epoch',
      targets: [
        expect.objectContaining({ mode: 'disabled', healthVersion: 0 }),
        expect.objectContaining({ mode: 'enabled', healthVersion: 1 }),
        expect.objectContaining({ mode: 'enabled', healthVersion: 0 }),
      ],
    }),
    {
      type: 'placed',
      placements: [
        ['q', 'b:80'],
        ['s', 'c:80'],
      ],
    },
  ]);
  expect(primary.snapshot(5_050).suspensions).toEqual([['b:80', 'failed', 50]]);
});

it.each([
  { heldFor: -EXPIRY + 1, isTaken: true },
  { heldFor: -EXPIRY, isTaken: false },
  { heldFor: Number.NEGATIVE_INFINITY, isTaken: false },
])(
  'has sessions and suspensions no longer than a session lasts, and the rest for ever: $heldFor',
  ({ heldFor, isTaken }) => {
    const { primary } = primaryOf('abc');
    const resumed = primary.resume(
      {
        modes: [['a:80', 'draining']],
        suspensions: [['b:80', 'failed', 0]],
        addresses: [['c:80', '192.0.2.3']],
        lists: [list('bc')],
        sessions: [['p', 'c:80']],
      },
      heldFor,
      0,
    );
    expect(resumed).toEqual({
      modes: [['a:80', 'draining']],
      addresses: [['c:80', '192.0.2.3']],
      lists: [list('bc')],
      suspensions: isTaken ? [['b:80', 'failed', 0]] : [],
      sessions: isTaken ? 1 : 0,
    });
  },
);

it('keeps a session as long as a worker of the earlier primary may hold it, though no other one does', () => {
  const { primary, sent } = primaryOf('ab');
  primary.resume({ ...NOTHING_SAVED, sessions: [['p', 'b:80']] }, 2_000, 0);
  primary.join(1, 0);
  const asked = () => {
    const checks = sent.splice(0).filter((message) => message.type === 'check');
    for (const { check } of checks) primary.receive(1, { type: 'held', check, clientKeys: [] }, 0);
    return checks.flatMap(({ clientKeys }) => clientKeys);
  };
  placed(primary, [['p', 'b:80']], 10);
  primary.leave(2, 20);
  primary.receive(1, { type: 'released', clientKeys: ['p'] }, 1_500);
  primary.tick(2_000 + EXPIRY - 1);
  expect([asked(), primary.find('p')]).toEqual([[], 'b:80']);
  primary.tick(2_000 + EXPIRY);
  expect([asked(), primary.find('p')]).toEqual([['p'], undefined]);
});
