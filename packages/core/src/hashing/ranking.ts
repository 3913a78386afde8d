// In what order a client prefers the targets: weighted rendezvous hashing. Pure; it knows nothing of health or sessions.
// Sources: D. G. Thaler, C. V. Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM ToN 6(1), 1998;
// C. Schindelhauer, G. Schomaker, "Weighted distributed hash tables", SPAA 2005 (the logarithmic method for weights).
import type { Hash } from './hash.ts';

/** What can be ranked. */
export interface Rankable {
  /** Breaks a tie, so that all processes break it alike. */
  readonly id: string;
  /** The keyed hash of `id`. */
  readonly hash: Hash;
  /** Greater than 0. A target of weight 2 is the first choice of twice as many clients as one of weight 1. */
  readonly weight: number;
}

/**
 * The first choice of a client among those that `eligible` lets through, or `undefined` when it lets none through.
 * One pass, no allocation. The order of `among` makes no difference.
 */
export function firstChoice<T extends Rankable>(
  client: Hash,
  among: readonly T[],
  eligible: (candidate: T) => boolean,
): T | undefined {
  let best: T | undefined;
  let bestDraw = 0;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const candidate of among) {
    if (!eligible(candidate)) continue;
    const drawn = draw(client, candidate.hash);
    // A logarithm is needed only where it can decide: who draws lower at no more weight has lost.
    if (best && drawn < bestDraw && candidate.weight <= best.weight) continue;
    const cost = -Math.log(drawn) / candidate.weight;
    if (best && (cost > bestCost || (cost === bestCost && candidate.id > best.id))) continue;
    best = candidate;
    bestDraw = drawn;
    bestCost = cost;
  }
  return best;
}

/** All targets in a client's order of preference. Lazy: each one costs a pass, and those not asked for cost nothing. */
export function* ranking<T extends Rankable>(client: Hash, among: readonly T[]): Generator<T, void, void> {
  const given = new Set<T>();
  const notGiven = (candidate: T): boolean => !given.has(candidate);
  for (;;) {
    const next = firstChoice(client, among, notGiven);
    if (!next) return;
    given.add(next);
    yield next;
  }
}

/** A number in (0, 1] that depends on client and target alone, uniform over the clients: 53 bits of the two hashes, mixed. */
function draw(client: Hash, target: Hash): number {
  const high = mix(client.low ^ target.low);
  const low = mix(client.high ^ target.high ^ high);
  return ((high >>> 0) * 0x200000 + (low >>> 11) + 0.5) / 0x20000000000000;
}

/** The 32-bit finalizer of MurmurHash3 (A. Appleby, public domain): a bijection in which each bit moves every other. */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
