// The checker of the fleet finds what it is there to find, and only that.
import { expect, it } from 'vitest';
import type { FleetConnection } from './fleet.ts';
import { findFaults, type Outage } from './fleet-checker.ts';

const OPTIONS = { sessionExpiry: 5000, tolerance: 50 };
const A_DOWN: Outage = { target: 'a', from: 10_000, killed: 10_005, to: 13_000 };
const A_REMOVED: Outage = { target: 'a', from: 10_000, to: Infinity };

/** A connection of one client, greeted after 2 ms and ended after 100. */
function on(target: string | undefined, begun: number, more: Partial<FleetConnection> = {}): FleetConnection {
  const greeted = target === undefined ? undefined : begun + 2;
  return { client: '127.0.1.1', begun, greeted, target, ended: begun + 100, failure: undefined, ...more };
}

it.each<[string, FleetConnection[], Outage[]]>([
  ['nothing happens', [on('a', 1000), on('a', 2000), on('a', 6500)], []],
  ['two clients are on two targets', [on('a', 1000), on('b', 1001, { client: '127.0.1.2' })], []],
  ['its session is over', [on('a', 1000), on('b', 6200)], []],
  ['its target is down', [on('a', 9000), on('b', 11_000), on('b', 13_500)], [A_DOWN]],
  ['its target is just being suspended', [on('a', 9000), on('b', 9950)], [A_DOWN]],
  ['its target has just come back', [on('a', 9000), on('b', 13_040)], [A_DOWN]],
  ['its target was removed', [on('a', 9000, { ended: 20_000 }), on('b', 11_000)], [A_REMOVED]],
  ['its target was disabled meanwhile', [on('a', 9000), on('b', 11_500)], [{ ...A_REMOVED, to: 11_000 }]],
  ['its target dies', [on('a', 9900, { ended: 10_010, failure: 'ECONNRESET' })], [A_DOWN]],
  ['a target dies before its greeting', [on(undefined, 10_000, { ended: 10_010, failure: 'ended' })], [A_DOWN]],
  [
    'an unknown target had its session last',
    [on('a', 9000), on(undefined, 10_003, { failure: 'ended', ended: 10_010 }), on('b', 13_500)],
    [A_DOWN],
  ],
  [
    'a target dies before its greeting, and its own one was disabled before',
    [on('b', 5000), on(undefined, 9995, { failure: 'ECONNRESET', ended: 10_010 })],
    [A_DOWN, { target: 'b', from: 6000, to: 8000 }],
  ],
  ['two at a time are placed as its target comes back', [on('b', 13_000), on('a', 13_001)], [A_DOWN]],
  [
    'the later one of two at a time is placed first, and its target dies before the other one is placed',
    [on('b', 9600, { greeted: 10_300 }), on('a', 9900, { greeted: 9935 })],
    [A_DOWN],
  ],
])('finds nothing when %s', (_, connections, outages) => {
  expect(findFaults(connections, outages, OPTIONS)).toEqual([]);
});

it.each<[string, FleetConnection[], Outage[], string]>([
  ['it moves', [on('a', 1000), on('b', 2000)], [], 'went to b without cause: it was on a'],
  ['it has two at a time', [on('a', 1000), on('b', 1001)], [], 'went to b without cause: it was on a'],
  ['it moves while another one is down', [on('b', 9000), on('c', 11_000)], [A_DOWN], 'went to c without cause'],
  ['it moves after its target was down', [on('a', 9000), on('b', 13_100)], [A_DOWN], 'went to b without cause'],
  [
    'it moves long after its target was disabled',
    [on('a', 9000), on('a', 11_500), on('b', 12_000)],
    [{ ...A_REMOVED, to: 11_000 }],
    'went to b without cause',
  ],
  ['it moves back home', [on('b', 11_000), on('a', 13_500)], [A_DOWN], 'went to a without cause: it was on b'],
  ['it moves while an old one goes on', [on('a', 1000, { ended: 20_000 }), on('b', 15_000)], [], 'went to b'],
  ['it is refused', [on(undefined, 1000, { failure: 'ECONNREFUSED' })], [], 'failed at 1100: ECONNREFUSED, not'],
  ['it is reset', [on('a', 1000, { failure: 'ECONNRESET' })], [], 'failed at 1100: ECONNRESET, on a'],
  ['it is reset while another dies', [on('b', 9950, { failure: 'ECONNRESET' })], [A_DOWN], 'ECONNRESET, on b'],
  ['it is reset when its target is long dead', [on(undefined, 10_006, { failure: 'ECONNRESET' })], [A_DOWN], 'RESET'],
  ['it is not answered', [on(undefined, 9950, { failure: 'unanswered' })], [A_DOWN], 'unanswered'],
  ['it is cut where a removed target keeps it', [on('a', 9950, { failure: 'ended' })], [A_REMOVED], 'ended, on a'],
  [
    'it is cut before its greeting, though its target lives',
    [on('b', 9000), on(undefined, 9950, { failure: 'ECONNRESET' })],
    [A_DOWN],
    'ECONNRESET, not greeted',
  ],
])('finds a fault when %s', (_, connections, outages, fault) => {
  expect(findFaults(connections, outages, OPTIONS)).toEqual([expect.stringContaining(fault)]);
});

const DEATH = { from: 1_050, to: 1_150 };

it('excuses a connection that is cut while a process of the balancer dies, and no other', () => {
  const cut = (ended: number) => [on('a', 1_000, { ended, failure: 'ECONNRESET' })];
  expect(findFaults(cut(1_100), [], { ...OPTIONS, deaths: [DEATH] })).toEqual([]);
  expect(findFaults(cut(1_200), [], { ...OPTIONS, deaths: [DEATH] })).toHaveLength(1);
});

it('excuses a move of a session that began before it was written, and of no older one', () => {
  const unwritten = [{ from: 900, to: 1_300 }];
  expect(findFaults([on('a', 1_000), on('b', 2_000)], [], { ...OPTIONS, unwritten })).toEqual([]);
  expect(findFaults([on('a', 800), on('a', 1_000), on('b', 2_000)], [], { ...OPTIONS, unwritten })).toHaveLength(1);
});
