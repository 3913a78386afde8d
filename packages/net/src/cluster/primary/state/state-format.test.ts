import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeState, encodeState } from './state-format.ts';

const CONFIG = '/etc/lb/config.json';
const EMPTY = { modes: [], suspensions: [], addresses: [], lists: [], sessions: [] };

const arbitraryTarget = fc.constantFrom('10.0.0.1:80', '[::1]:80', 'unix:/run/a "b"\n.sock', 'ü:1');
const arbitrarySnapshot = fc.record({
  modes: fc.array(fc.tuple(arbitraryTarget, fc.constantFrom('draining' as const, 'disabled' as const))),
  suspensions: fc.array(
    fc.tuple(
      arbitraryTarget,
      fc.constantFrom('failed' as const, 'deactivated' as const),
      fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    ),
  ),
  addresses: fc.array(fc.tuple(arbitraryTarget, fc.constantFrom('10.0.0.1', 'fe80::1%eth0'))),
  lists: fc.array(fc.array(fc.record({ id: arbitraryTarget, weight: fc.double({ min: 0.1, max: 10, noNaN: true }) })), {
    maxLength: 8,
  }),
  sessions: fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 20 }), arbitraryTarget)),
});

const textOf = (snapshot: Parameters<typeof encodeState>[0], config = CONFIG, at = 1_790_000_000_000) =>
  [...encodeState(snapshot, { config, at })].join('');

/** Sessions in an order that says nothing. */
const sorted = (sessions: Iterable<readonly [string, string]>) =>
  [...sessions].map((session) => JSON.stringify(session)).sort();

it('is what was encoded', () => {
  fc.assert(
    fc.property(arbitrarySnapshot, (snapshot) => {
      const decoded = decodeState(textOf(snapshot), CONFIG);
      expect(decoded).toMatchObject({ at: 1_790_000_000_000, modes: snapshot.modes, addresses: snapshot.addresses });
      expect(JSON.stringify(decoded?.lists)).toBe(JSON.stringify(snapshot.lists));
      expect(JSON.stringify(decoded?.suspensions)).toBe(JSON.stringify(snapshot.suspensions));
      expect(sorted(decoded?.sessions ?? [])).toEqual(sorted(snapshot.sessions));
    }),
  );
});

it('has as many sessions as a snapshot may have, in pieces, and the oldest pieces first', () => {
  const sessions = Array.from({ length: 100_000 }, (_, n) => [`client ${n}`, `target ${n % 3}`] as const);
  const pieces = [...encodeState({ ...EMPTY, sessions }, { config: CONFIG, at: 0 })];
  expect(pieces).toHaveLength(51);
  const decoded = decodeState(pieces.join(''), CONFIG)?.sessions ?? [];
  expect(sorted(decoded)).toEqual(sorted(sessions));
  expect(
    decoded
      .slice(0, 2_000)
      .map(([key]) => Number(key.slice(7)))
      .toSorted((a, b) => a - b)
      .at(-1),
  ).toBe(1_999);
  const more = textOf({ ...EMPTY, sessions: [...sessions, ['one more', 'target 0']] });
  expect(decodeState(more, CONFIG)).toBeUndefined();
});

it('makes one piece at a time, of what holds then', () => {
  const sessions = new Map(Array.from({ length: 3_000 }, (_, n): [string, string] => [`${n}`, 'a']));
  const pieces = encodeState({ ...EMPTY, sessions }, { config: CONFIG, at: 0 });
  const text = [pieces.next().value, pieces.next().value];
  sessions.delete('2500');
  sessions.set('2501', 'b');
  const decoded = new Map(decodeState([...text, ...pieces].join(''), CONFIG)?.sessions);
  expect([decoded.size, decoded.get('2500'), decoded.get('2501')]).toEqual([2_999, undefined, 'b']);
});

it('is nothing for another config', () => {
  expect(decodeState(textOf(EMPTY), CONFIG)).toEqual({ at: 1_790_000_000_000, ...EMPTY });
  expect(decodeState(textOf(EMPTY, '/etc/other.json'), CONFIG)).toBeUndefined();
});

it('takes fields that it does not know, as a later release may write them', () => {
  const text = textOf(EMPTY).replace('{', '{"later":[1],');
  expect(decodeState(text, CONFIG)).toEqual({ at: 1_790_000_000_000, ...EMPTY });
});

const head = { config: CONFIG, at: 0, modes: [], suspensions: [], addresses: [], lists: [] };
const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
it.each([
  ['no line', ''],
  ['a line without its end', JSON.stringify(head)],
  ['no JSON', 'state\n'],
  ['no head', line([])],
  ['a mode that there is not', line({ ...head, modes: [['a:80', 'enabled']] })],
  ['a mode too long for a target', line({ ...head, modes: [['a'.repeat(513), 'disabled']] })],
  ['more modes than targets', line({ ...head, modes: Array(10_001).fill(['a:80', 'disabled']) })],
  ['a list with a target of no weight', line({ ...head, lists: [[{ id: 'a:80', weight: 0 }]] })],
  ['an address that is none', line({ ...head, addresses: [['a:80', 1]] })],
  ['a name for an address', line({ ...head, addresses: [['a:80', 'localhost']] })],
  ['an address that is too long', line({ ...head, addresses: [['a:80', `fe80::1%${'e'.repeat(121)}`]] })],
  ['more addresses than targets', line({ ...head, addresses: Array(10_001).fill(['a:80', '10.0.0.1']) })],
  ['a negative suspension', line({ ...head, suspensions: [['a:80', 'failed', -1]] })],
  ['an endless suspension', line(head).replace('"suspensions":[]', '"suspensions":[["a:80","failed",1e999]]')],
  ['a time that is none', line({ ...head, at: '0' })],
  ['sessions that are none', `${line(head)}${line({ a: ['p'] })}`],
  ['a client key that is none', `${line(head)}${line([['a:80', [1]]])}`],
  ['a client key that is too long', `${line(head)}${line([['a:80', ['p'.repeat(257)]]])}`],
  ['too many sessions in a line', `${line(head)}${line([['a:80', Array(2_001).fill('p')]])}`],
  ['too many lines', `${line(head)}${'[]\n'.repeat(52)}`],
  ['a line too long to be parsed', `${line(head)}[${'[],'.repeat(3_000_000)}[]]\n`],
  ['a line deeper than can be checked', `${line(head)}${'['.repeat(100_000)}${']'.repeat(100_000)}\n`],
])('is nothing with %s', (_, text) => {
  expect(decodeState(text, CONFIG)).toBeUndefined();
});

it('throws at nothing, and gives no more than it has checked', () => {
  const lines = fc.array(fc.oneof(fc.json(), fc.string(), fc.constant(JSON.stringify(head))), { maxLength: 4 });
  fc.assert(
    fc.property(lines, (parts) => {
      const decoded = decodeState(parts.map((part) => `${part}\n`).join(''), CONFIG);
      for (const [key, target] of decoded?.sessions ?? [])
        expect([typeof key, typeof target]).toEqual(['string', 'string']);
    }),
    { numRuns: 2_000 },
  );
});
