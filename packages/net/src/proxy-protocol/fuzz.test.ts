import { expect, it } from 'vitest';
import type { ProxyHeaderResult } from './proxy-header.ts';
import { parseProxyHeader } from './reading/parse-proxy-header.ts';
import { encodeProxyHeader } from './writing/encode-proxy-header.ts';

/** For each seed: 1,250,000 in all. */
const HEADERS = 250_000;
const SEEDS = [0x9e3779b9 | 0, 1, 2, 3, 4];
const LONGEST_LINE = 107;

/** mulberry32: the same numbers for the same seed. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const SOUND: readonly Buffer[] = (['v1', 'v2'] as const).flatMap((version) => {
  const ends = [
    ['192.0.2.1', '198.51.100.255'],
    ['0.0.0.0', '::'],
    ['2001:db8::1', '2001:db8:1:2:3:4:5:6'],
    ['::ffff:192.0.2.1', '::1'],
  ].map(([left = '', right = '']) => ({
    source: { host: left, port: 56_324 },
    destination: { host: right, port: 443 },
  }));
  const paths = { source: { path: '\0app' }, destination: { path: '/run/app.sock' } };
  return [...ends, paths, 'local' as const].flatMap((about) =>
    [{}, { crc32c: true }, { uniqueId: Buffer.from('cafe') }, { crc32c: true, uniqueId: Buffer.alloc(128, 7) }].map(
      (extras) => encodeProxyHeader(version, about, extras),
    ),
  );
});

/** Bytes that mean something somewhere in a header. */
const TELLING = Buffer.from(
  '\r\n\0\x01\x02\x03\x04\x05\x0c\x11\x12\x20\x21\x24\x31\xd8\xff PROXYTCP46UNKNOWN0123456789af:.%+-',
  'latin1',
);

/** Headers into `bytes`, most of them no longer sound. */
class Mutant {
  readonly bytes: Buffer = Buffer.alloc(1024);
  length = 0;
  readonly #below: (most: number) => number;

  constructor(below: (most: number) => number) {
    this.#below = below;
  }

  next(): Uint8Array {
    const below = this.#below;
    const kind = below(8);
    if (kind === 0) this.#random(0);
    else if (kind === 1) this.#random([6, 11, 12, 13, 14, 15, 16][below(7)] as number);
    else this.#copy(below(SOUND.length), 0);
    if (kind === 2) this.#copy(below(SOUND.length), below(this.length));
    if (kind >= 3) for (let changes = below(4); changes > 0; changes -= 1) this.#change(below(5));
    if (below(4) === 0) this.length = below(this.length + 1);
    return this.bytes.subarray(0, this.length);
  }

  #copy(from: number, at: number): void {
    this.length = at + (SOUND[from] as Buffer).copy(this.bytes, at);
  }

  /** Any bytes, behind the beginning of a sound header. */
  #random(kept: number): void {
    this.#copy(this.#below(SOUND.length), 0);
    const isText = this.#below(2) === 0;
    this.length = kept + this.#below(130);
    for (let at = kept; at < this.length; at += 1) this.bytes[at] = isText ? this.#telling() : this.#below(256);
  }

  #telling(): number {
    return TELLING[this.#below(TELLING.length)] as number;
  }

  #change(how: number): void {
    // Mostly behind the signature: one that is wrong hides the rest.
    const spared = this.#below(8) === 0 ? 0 : Math.min(this.length - 1, 12);
    const at = spared + this.#below(this.length - spared);
    if (how === 0) this.bytes[at] = this.#below(256);
    if (how === 1) this.bytes[at] = this.#telling();
    if (how === 2) this.bytes[at] = (this.bytes[at] as number) ^ (1 << this.#below(8));
    if (how === 3 && this.length < 600) {
      const repeated = 1 + this.#below(50);
      this.bytes.copyWithin(at + repeated, at, this.length);
      this.length += repeated;
    }
    if (how === 4 && this.length > 1) {
      this.bytes.copyWithin(at, at + 1, this.length);
      this.length -= 1;
    }
  }
}

/** What is wrong with an answer about `seen` bytes. */
function problemOf(result: ProxyHeaderResult, seen: number, mostLength: number): string | undefined {
  if ('malformed' in result) return /^[\w ,]{10,80}$/.test(result.malformed) ? undefined : 'no plain reason';
  const most = Math.max(mostLength, LONGEST_LINE);
  if ('needs' in result)
    return result.needs > seen && result.needs <= most ? undefined : 'needs too little or too much';
  return result.length >= 15 && result.length <= seen && result.length <= most
    ? undefined
    : 'not a length of what was seen';
}

/** What is wrong with the answer about all the bytes after the answer about the first of them. */
function contradiction(early: ProxyHeaderResult, late: ProxyHeaderResult, seen: number): string | undefined {
  if ('malformed' in early) return 'malformed' in late ? undefined : 'what was malformed became good';
  if ('length' in early) return 'length' in late && late.length === early.length ? undefined : 'the header has changed';
  if ('length' in late && early.needs > late.length) return 'needed more than the header has';
  return 'length' in late && late.length <= seen ? 'the header was not found' : undefined;
}

it.each(SEEDS)(
  'has an answer to whatever it is given, seed %i',
  (seed) => {
    const below = chance(seed);
    const mutant = new Mutant(below);
    const kinds = { malformed: 0, needs: 0, length: 0 };
    for (let round = 0; round < HEADERS; round += 1) {
      const bytes = mutant.next();
      const mostLength = round % 8 === 0 ? 200 : 4096;
      const cut = below(bytes.length + 1);
      try {
        const result = parseProxyHeader(bytes, mostLength);
        const early = parseProxyHeader(bytes.subarray(0, cut), mostLength);
        const problem = problemOf(result, bytes.length, mostLength) ?? problemOf(early, cut, mostLength);
        const problems = problem ?? contradiction(early, result, cut);
        if (problems !== undefined) throw new Error(problems);
        kinds['malformed' in result ? 'malformed' : 'needs' in result ? 'needs' : 'length'] += 1;
      } catch (error) {
        const what = `round ${round} of seed ${seed}, cut at ${cut}, at most ${mostLength}: ${Buffer.from(bytes).toString('hex')}`;
        throw new Error(what, { cause: error });
      }
    }
    // Otherwise it would be a test of the signature alone.
    for (const count of Object.values(kinds)) expect(count).toBeGreaterThan(HEADERS / 20);
  },
  60_000,
);
