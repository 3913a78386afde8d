import { describe, expect, it } from 'vitest';
import { DEFAULT_HASH_KEY, hashKeyFromSeed } from '../hashing/hash.ts';
import { TargetRecord } from './target-record.ts';

const SUSPENDED = { state: 'suspended', version: 3, until: 100, trialUntil: 200 } as const;

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
    expect(record.isActive(0)).toBe(available);
    record.health = SUSPENDED;
    expect(record).toMatchObject({ available: false, keepsSessions, availableToSession: false, suspended: true });
    expect([record.isActive(99), record.isActive(100)]).toEqual([false, available]);
  });

  it('is due for a trial from the end of its suspension on, unless there is one', () => {
    const record = target();
    expect(record.trialDue(1e12)).toBe(false);
    record.health = SUSPENDED;
    expect([99, 100, 199, 200].map((now) => record.trialDue(now))).toEqual([false, true, true, false]);
    record.beginTrial();
    expect([record.suspended, record.trialDue(101)]).toEqual([true, false]);
    record.abandonTrial(SUSPENDED.version + 1);
    expect(record.trialDue(101)).toBe(false);
    record.abandonTrial(SUSPENDED.version);
    expect(record.health).toEqual(SUSPENDED);
  });

  it('gives no trial while it is healthy or about to be restored', () => {
    for (const health of [
      { state: 'healthy', version: 1 },
      { state: 'recovering', version: 1, until: 100 },
    ] as const) {
      const record = Object.assign(target(), { health });
      record.beginTrial();
      expect([record.trialDue(150), record.health]).toEqual([false, health]);
    }
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
