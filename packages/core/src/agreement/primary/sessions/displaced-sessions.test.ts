import { describe, expect, it } from 'vitest';
import { MemorySessionStore } from '../../store/memory-session-store.ts';
import { DisplacedSessions } from './displaced-sessions.ts';

const EXPIRY = 100;
const tableOf = (keys: string, limit = 10): DisplacedSessions => {
  const table = new DisplacedSessions(new MemorySessionStore(limit), EXPIRY);
  for (const key of keys) table.claim(key, 'a:80', 0);
  return table;
};

describe('the table of displaced sessions', () => {
  it('takes no more than it may, and still lets those move that are in it', () => {
    const table = tableOf('pq', 2);
    expect(table.claim('r', 'a:80', 0)).toBeUndefined();
    expect(table.replace('p', 'a:80', 'b:80', 0)).toBe(true);
    expect([table.size, table.find('p'), table.find('r')]).toEqual([2, 'b:80', undefined]);
  });

  it('has one looked after when its time has come, once', () => {
    const table = tableOf('p');
    expect(table.takeDue(EXPIRY - 1, 10)).toEqual([]);
    expect(table.takeDue(EXPIRY, 10)).toEqual(['p']);
    expect(table.takeDue(3 * EXPIRY, 10)).toEqual([]);
    expect(table.find('p')).toBe('a:80');
  });

  it('counts the time anew for one that has moved, or is claimed again', () => {
    const table = tableOf('pqrs');
    table.claim('s', 'a:80', 50);
    table.replace('p', 'a:80', 'b:80', 50);
    expect(table.takeDue(EXPIRY, 10)).toEqual(['q', 'r']);
    expect(table.takeDue(EXPIRY + 50, 10)).toEqual(['s', 'p']);
  });

  it('has one looked after at once that a worker has let go of, and leaves alone what it does not know', () => {
    const table = tableOf('pq');
    table.released('q', 0);
    table.released('r', 0);
    expect(table.takeDue(0, 10)).toEqual(['q']);
  });

  it('has all looked after again when a worker is gone, and none at once, for it may have held them', () => {
    const table = tableOf('pq');
    table.takeDue(EXPIRY, 10);
    table.released('q', EXPIRY);
    table.lookAfterAll(EXPIRY);
    table.released('p', 2 * EXPIRY - 1);
    expect(table.takeDue(2 * EXPIRY - 1, 10)).toEqual([]);
    expect(table.takeDue(2 * EXPIRY, 10)).toEqual(['p', 'q']);
  });

  it('gives no more at a time than asked for, and none twice', () => {
    const table = tableOf('pqrs');
    expect(table.takeDue(EXPIRY, 3)).toEqual(['p', 'q', 'r']);
    expect(table.takeDue(EXPIRY, 3)).toEqual(['s']);
  });

  it('forgets what was dropped entirely', () => {
    const table = tableOf('pq');
    table.claim('r', 'b:80', 0);
    table.released('p', 0);
    table.drop('p');
    table.dropWhere((target) => target === 'b:80');
    expect([...table.entries()]).toEqual([['q', 'a:80']]);
    expect(table.takeDue(EXPIRY, 10)).toEqual(['q']);
  });

  it('gives the newest, the oldest of them first, also while others go and come', () => {
    const table = tableOf('pqrst');
    expect([...table.newest(9)].map(([key]) => key).join('')).toBe('pqrst');
    const newest = table.newest(3);
    expect(newest.next().value).toEqual(['r', 'a:80']);
    table.drop('s');
    table.claim('u', 'b:80', 0);
    expect([...newest]).toEqual([
      ['t', 'a:80'],
      ['u', 'b:80'],
    ]);
  });

  it('has an inherited one looked after when nobody that it cannot ask holds it any longer, and not before', () => {
    const table = new DisplacedSessions(new MemorySessionStore(2), EXPIRY);
    const all = [...'pqr'].map((key) => [key, 'a:80'] as const);
    expect(table.inherit(all, 500)).toBe(2);
    table.claim('p', 'a:80', 0);
    table.lookAfterAll(10);
    table.released('q', 10 + EXPIRY);
    expect(table.takeDue(499, 10)).toEqual([]);
    expect([table.find('p'), table.find('r')]).toEqual(['a:80', undefined]);
    expect(table.takeDue(500, 10)).toEqual(['p', 'q']);
    table.claim('p', 'a:80', 500);
    expect(table.takeDue(500 + EXPIRY, 10)).toEqual(['p']);
  });

  it('lets an inherited one last for its time after the death of a worker, which may have held it', () => {
    const table = new DisplacedSessions(new MemorySessionStore(2), EXPIRY);
    table.inherit([['p', 'a:80']], 500);
    table.lookAfterAll(499);
    expect(table.takeDue(500, 10)).toEqual([]);
    expect(table.takeDue(498 + EXPIRY, 10)).toEqual([]);
    expect(table.takeDue(499 + EXPIRY, 10)).toEqual(['p']);
  });

  it('says when a session has begun, has moved or is over', () => {
    let changes = 0;
    const table = new DisplacedSessions(new MemorySessionStore(1), EXPIRY, () => {
      changes += 1;
    });
    const changesOf = (action: () => unknown): number => {
      changes = 0;
      action();
      return changes;
    };
    expect(changesOf(() => table.claim('p', 'a:80', 0))).toBe(1);
    expect(changesOf(() => table.claim('p', 'b:80', 0))).toBe(0);
    expect(changesOf(() => table.claim('q', 'b:80', 0))).toBe(0);
    expect(changesOf(() => table.replace('p', 'b:80', 'c:80', 0))).toBe(0);
    expect(changesOf(() => table.replace('p', 'a:80', 'b:80', 0))).toBe(1);
    expect(changesOf(() => table.drop('p'))).toBe(1);
  });
});
