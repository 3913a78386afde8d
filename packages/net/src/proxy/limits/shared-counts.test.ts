import { DEFAULT_HASH_KEY, hashText } from '@lb/core';
import { describe, expect, it } from 'vitest';
import { type BalancerOptions, resolveOptions } from '../../options/index.ts';
import { ClientLimits, ClientSlot } from './client-limits.ts';
import { SharedCounts, sharedBytes } from './shared-counts.ts';

const CLIENT = '203.0.113.7';

function limitsOf(counts: SharedCounts, more: Partial<BalancerOptions>): ClientLimits {
  const { options } = resolveOptions({ sourcePort: 0, targets: [{ host: 'a', port: 1 }], ...more });
  return new ClientLimits(counts, DEFAULT_HASH_KEY, options);
}

function twoWorkers() {
  const memory = new ArrayBuffer(sharedBytes(2));
  return { memory, one: new SharedCounts(memory, 0), other: new SharedCounts(memory, 1) };
}

describe('what workers count together', () => {
  it('is the sum of all, less those that are gone', () => {
    const { memory, one, other } = twoWorkers();
    const client = hashText(DEFAULT_HASH_KEY, CLIENT);
    one.opened();
    other.opened();
    other.opened();
    one.begin(client, 1);
    other.begin(client, 1);
    expect([one.connections, other.connections, one.live(client), one.begunLately(client, 1)]).toEqual([3, 3, 2, 2]);
    SharedCounts.clear(memory, 1);
    expect([one.connections, one.live(client), one.begunLately(client, 1)]).toEqual([1, 1, 1]);
  });

  it('may also be said at once', () => {
    const { one, other } = twoWorkers();
    const target = hashText(DEFAULT_HASH_KEY, 'target');
    one.set(target, 5);
    other.set(target, 2);
    one.set(target, 4);
    expect(other.live(target)).toBe(6);
  });
});

describe('the limits of a client', () => {
  it('hold for its connections in all workers, until they end', () => {
    const { one, other } = twoWorkers();
    const [here, there] = [one, other].map((counts) => limitsOf(counts, { maxConnectionsPerClient: 3 }));
    const slots = [here, there, here].map((limits) => limits?.take(CLIENT, 0));
    expect(slots.every((slot) => slot instanceof ClientSlot)).toBe(true);
    expect([here?.take(CLIENT, 0), there?.take(CLIENT, 0)]).toEqual(['connections', 'connections']);
    expect(here?.take('198.51.100.1', 0)).toBeInstanceOf(ClientSlot);
    (slots[1] as ClientSlot).release();
    (slots[1] as ClientSlot).release();
    expect(here?.take(CLIENT, 0)).toBeInstanceOf(ClientSlot);
    expect(here?.take(CLIENT, 0)).toBe('connections');
  });

  it('hold for how fast it begins them: a burst at once, and no more than the rate in the long run', () => {
    const { one, other } = twoWorkers();
    const rate = { connectionRatePerClient: { perSecond: 10, burst: 20 } };
    const [here, there] = [one, other].map((counts) => limitsOf(counts, rate)) as [ClientLimits, ClientLimits];
    const begin = (now: number, tries: number): number => {
      let begun = 0;
      for (let n = 0; n < tries; n += 1) {
        const slot = (n % 2 ? here : there).take(CLIENT, now);
        if (slot instanceof ClientSlot) begun += 1;
        if (slot instanceof ClientSlot) slot.release();
      }
      return begun;
    };
    expect(begin(100_000, 50)).toBe(20);
    let begun = 0;
    for (let now = 100_000; now < 200_000; now += 50) begun += begin(now, 3);
    expect(begun).toBeGreaterThan(900);
    expect(begun).toBeLessThan(1_020);
    expect(begin(300_000, 50)).toBe(20);
  });
});
