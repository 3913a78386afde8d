import { describe, expect, it } from 'vitest';
import { DEFAULT_HASH_KEY, hashKeyFromSeed } from '../hashing/hash.ts';
import { TargetRecord } from './target-record.ts';

const SUSPENDED = { state: 'suspended', version: 3, cause: 'failed', until: 100 } as const;

describe('TargetRecord', () => {
  const target = (): TargetRecord => new TargetRecord({ host: 'a', port: 80 }, DEFAULT_HASH_KEY);

  it.each([
    { mode: 'enabled', available: true, keepsSessions: true },
    { mode: 'draining', available: false, keepsSessions: true },
    { mode: 'disabled', available: false, keepsSessions: false },
    { mode: 'removed', available: false, keepsSessions: false },
  ] as const)('$mode: takes new clients $available, keeps its own $keepsSessions; suspended neither', (row) => {
    const { mode, available, keepsSessions } = row;
    const record = Object.assign(target(), { mode });
    expect(record).toMatchObject({ available, keepsSessions, availableToSession: keepsSessions, suspended: false });
    expect(record.active).toBe(available);
    record.health = SUSPENDED;
    expect(record).toMatchObject({ available: false, keepsSessions, availableToSession: false, suspended: true });
    expect(record.active).toBe(false);
  });

  it('has a hash that depends on the key', () => {
    expect(new TargetRecord({ host: 'a', port: 80 }, hashKeyFromSeed('other')).hash).not.toEqual(target().hash);
  });
});

describe('a target with a limit', () => {
  it('is full when all processes together have as many connections there as it may have', () => {
    const target = new TargetRecord({ host: 'a', port: 80, maxConnections: 3 }, DEFAULT_HASH_KEY);
    target.elsewhere = () => 1;
    const counts: number[] = [];
    target.onCount = (connections) => counts.push(connections);
    target.connections += 1;
    expect([target.full, target.available, target.availableToSession]).toEqual([false, true, true]);
    target.connections += 1;
    expect([target.full, target.available, target.availableToSession]).toEqual([true, false, false]);
    expect(target.suspended).toBe(false);
    target.connections -= 1;
    expect(target.full).toBe(false);
    expect(counts).toEqual([1, 2, 1]);
  });

  it('has none where it says 0 or nothing', () => {
    for (const maxConnections of [0, undefined]) {
      const target = new TargetRecord({ host: 'a', port: 80, maxConnections }, DEFAULT_HASH_KEY);
      target.connections = 1_000_000;
      expect(target.full).toBe(false);
    }
  });
});
