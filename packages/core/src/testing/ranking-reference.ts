// The order of preference as its definition reads, with nothing shared with ranking.ts: every cost, then one sort.
import type { Hash } from '../hashing/hash.ts';
import type { Rankable } from '../hashing/ranking.ts';

const WORD = 0xffffffffn;

/** The 32-bit finalizer of MurmurHash3. */
function finalize(value: bigint): bigint {
  let mixed = value;
  mixed = ((mixed ^ (mixed >> 16n)) * 0x85ebca6bn) & WORD;
  mixed = ((mixed ^ (mixed >> 13n)) * 0xc2b2ae35n) & WORD;
  return mixed ^ (mixed >> 16n);
}

/** What a target costs a client: the lower, the sooner it is chosen. Exponentially distributed with the weight as its rate. */
export function cost(client: Hash, target: Rankable): number {
  const high = finalize(BigInt(client.low) ^ BigInt(target.hash.low));
  const low = finalize(BigInt(client.high) ^ BigInt(target.hash.high) ^ high);
  const bits = Number((high << 21n) | (low >> 11n));
  return -Math.log((bits + 0.5) / 2 ** 53) / target.weight;
}

export function referenceRanking<T extends Rankable>(client: Hash, among: readonly T[]): T[] {
  const costs = new Map(among.map((target) => [target, cost(client, target)]));
  return [...among].sort((a, b) => (costs.get(a) as number) - (costs.get(b) as number) || (a.id < b.id ? -1 : 1));
}
