import { describe, expect, it } from 'vitest';
import { MemorySessionStore } from '../store/memory-session-store.ts';
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
    table.released('q');
    table.released('r');
    expect(table.takeDue(0, 10)).toEqual(['q']);
  });

  it('has all looked after again when a worker has died', () => {
    const table = tableOf('pq');
    table.takeDue(EXPIRY, 10);
    table.lookAfterAll(EXPIRY);
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
    table.released('p');
    table.drop('p');
    table.dropWhere((target) => target === 'b:80');
    expect([...table.entries()]).toEqual([['q', 'a:80']]);
    expect(table.takeDue(EXPIRY, 10)).toEqual(['q']);
  });
});
