// Targets and clients for tests.
import fc from 'fast-check';
import { DEFAULT_HASH_KEY, type Hash, hashText } from '../hashing/hash.ts';
import { firstChoice, type Rankable } from '../hashing/ranking.ts';
import { DecidingHealth } from '../targets/deciding-health.ts';
import { TargetPool } from '../targets/target-pool.ts';
import type { TargetRecord } from '../targets/target-record.ts';

export const SUSPENSION = 1000;

/** What decides on the health of the targets of a test. */
export const health = new DecidingHealth({ suspension: SUSPENSION });

export const everyone = (): boolean => true;

export function hashed(text: string): Hash {
  return hashText(DEFAULT_HASH_KEY, text);
}

export function rankable(id: string, weight = 1): Rankable {
  return { id, weight, hash: hashed(id) };
}

/** Targets at 10.0.0.1:8000, 10.0.0.2:8000 and so on, one for each weight. */
export function rankables(weights: readonly number[]): Rankable[] {
  return weights.map((weight, index) => rankable(`10.0.0.${index + 1}:8000`, weight));
}

/** A pool of the targets a:80, b:80 and so on for each letter of `names`. */
export function poolOf(names: string): TargetPool {
  const pool = new TargetPool(DEFAULT_HASH_KEY);
  pool.setTargets([...names].map((host) => ({ host, port: 80 })));
  return pool;
}

export function targetOf(pool: TargetPool, name: string): TargetRecord {
  const target = pool.get(`${name}:80`);
  if (!target) throw new Error(`The pool has no target ${name}.`);
  return target;
}

/** The first `count` client keys whose home is a target, all targets in use. */
export function clientsOf(pool: TargetPool, home: TargetRecord, count = 1): string[] {
  const found: string[] = [];
  for (let n = 1; found.length < count; n += 1) {
    const key = `192.0.2.${n}`;
    if (firstChoice(hashed(key), pool.targets, everyone) === home) found.push(key);
  }
  return found;
}

/** A client key whose first choices are the named targets in this order. */
export function clientPreferring(pool: TargetPool, names: string): string {
  for (let n = 1; ; n += 1) {
    const key = `192.0.2.${n}`;
    let left = pool.targets;
    const agrees = [...names].every((name) => {
      const choice = firstChoice(hashed(key), left, everyone);
      left = left.filter((target) => target !== choice);
      return choice === targetOf(pool, name);
    });
    if (agrees) return key;
  }
}

/** Often the same half twice, so that the other half has to decide. */
const arbitraryHalf = (): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(0, 1, 0xffffffff));

export const arbitraryHash = (): fc.Arbitrary<Hash> => fc.record({ high: arbitraryHalf(), low: arbitraryHalf() });

/** Weights as people write them: some equal, some fractions. */
export const arbitraryWeight = (): fc.Arbitrary<number> =>
  fc.oneof(fc.constantFrom(0.5, 1, 1, 2, 10), fc.double({ min: 0.01, max: 1000, noNaN: true }));

/** Lists of targets with different ids and random hashes. */
export const arbitraryRankables = (minLength = 0, maxLength = 12): fc.Arbitrary<Rankable[]> =>
  fc.uniqueArray(
    fc.record({ id: fc.string({ minLength: 1, maxLength: 6 }), weight: arbitraryWeight(), hash: arbitraryHash() }),
    { minLength, maxLength, selector: (target) => target.id },
  );
