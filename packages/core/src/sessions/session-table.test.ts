import { describe, expect, it } from 'vitest';
import { poolOf, targetOf } from '../testing/targets.ts';
import { type Session, SessionTable, type SessionTableOptions } from './session-table.ts';

const pool = poolOf('ab');
const a = targetOf(pool, 'a');
const b = targetOf(pool, 'b');

function tableOf(options: Partial<SessionTableOptions> = {}): SessionTable {
  a.sessions = 0;
  b.sessions = 0;
  return new SessionTable({ expiry: 100, limit: 1_000, ...options });
}

/** One connection, opened and closed. */
function visit(table: SessionTable, key: string, now: number): void {
  table.release(table.hold(key, a, now), now);
}

describe('a session', () => {
  it('lives as long as a connection, whatever the time', () => {
    const table = tableOf();
    const session = table.hold('client', a, 0);
    table.sweep(1e12);
    expect(table.find('client', 1e12)).toBe(session);
    expect(a.sessions).toBe(1);
  });

  it('ends when its time is over, counted from the last connection, and not a moment sooner', () => {
    const table = tableOf();
    const session = table.hold('client', a, 0);
    table.hold('client', a, 10);
    table.release(session, 20);
    table.release(session, 1000);
    expect(table.find('client', 1099)).toBe(session);
    expect(table.find('client', 1100)).toBeUndefined();
    expect(table.size).toBe(0);
    expect(a.sessions).toBe(0);
  });

  it('goes on when a connection comes in time', () => {
    const table = tableOf();
    const session = table.hold('client', a, 0);
    table.release(session, 0);
    expect(table.hold('client', a, 99)).toBe(session);
    table.sweep(1000);
    expect(table.find('client', 1000)).toBe(session);
  });

  it('is another one when a connection comes too late', () => {
    const table = tableOf();
    const session = table.hold('client', a, 0);
    table.release(session, 0);
    expect(table.hold('client', b, 100)).not.toBe(session);
    expect([a.sessions, b.sessions]).toEqual([0, 1]);
  });

  it('moves with its client, and counts at one target only', () => {
    const table = tableOf();
    const session = table.hold('client', a, 0);
    expect(table.hold('client', b, 1)).toBe(session);
    expect(session.target).toBe(b);
    expect([a.sessions, b.sessions]).toEqual([0, 1]);
    table.release(session, 2);
    expect(session.live).toBe(1);
  });

  it('ends with its last connection when the expiry is 0', () => {
    const table = tableOf({ expiry: 0 });
    visit(table, 'client', 5);
    expect(table.find('client', 5)).toBeUndefined();
  });
});

describe('sweep', () => {
  it('drops what is over and nothing else', () => {
    const table = tableOf();
    for (const [now, key] of ['p', 'q', 'r', 's'].entries()) visit(table, key, now);
    visit(table, 'p', 50);
    table.sweep(102);
    expect(['p', 'q', 'r', 's'].filter((key) => table.find(key, 102))).toEqual(['p', 's']);
    expect(a.sessions).toBe(2);
  });
});

describe('a full table', () => {
  it('drops the session idle longest', () => {
    const table = tableOf({ limit: 3 });
    for (const [now, key] of ['p', 'q', 'r'].entries()) visit(table, key, now);
    visit(table, 'p', 5);
    visit(table, 's', 6);
    expect(['p', 'q', 'r', 's'].filter((key) => table.find(key, 6))).toEqual(['p', 'r', 's']);
    expect(table.size).toBe(3);
  });

  it('never drops a live session', () => {
    const table = tableOf({ limit: 2 });
    const first = table.hold('first', a, 0);
    visit(table, 'second', 1);
    table.hold('third', a, 2);
    expect(table.find('first', 3)).toBe(first);
    expect(table.find('second', 3)).toBeUndefined();
    expect(table.size).toBe(2);
  });

  it('of live sessions gives one that it does not keep, and that counts while it lives', () => {
    const table = tableOf({ limit: 1 });
    table.hold('first', a, 0);
    const second = table.hold('second', b, 1);
    expect(table.find('second', 1)).toBeUndefined();
    expect(table.size).toBe(1);
    expect(b.sessions).toBe(1);
    table.release(second, 2);
    expect(b.sessions).toBe(0);
    expect(table.size).toBe(1);
  });
});

describe('a table that is told what others have decided', () => {
  it('moves a session, with its count', () => {
    const table = tableOf();
    table.hold('client', a, 0);
    table.move('client', b);
    table.move('nobody', b);
    expect([a.sessions, b.sessions, table.find('client', 0)?.target]).toEqual([0, 1, b]);
  });

  it('forgets a session, and says so, once', () => {
    const table = tableOf();
    const dropped: string[] = [];
    table.onDropped = (key) => dropped.push(key);
    const live = table.hold('live', a, 0);
    visit(table, 'idle', 0);
    table.forget(live);
    table.forget(table.find('idle', 0) as Session);
    expect([dropped, table.size]).toEqual([['live', 'idle'], 0]);
    table.release(live, 1);
    expect([a.sessions, table.size, dropped.length]).toEqual([0, 0, 2]);
  });

  it('makes room at once when its limit is lowered', () => {
    const table = tableOf({ limit: 4 });
    for (const [now, key] of ['p', 'q', 'r', 's'].entries()) visit(table, key, now);
    table.configure({ limit: 2 });
    table.hold('t', a, 5);
    expect(['p', 'q', 'r', 's', 't'].filter((key) => table.find(key, 5))).toEqual(['s', 't']);
  });
});

describe('an adopted session', () => {
  it('ends when it would have ended where it comes from', () => {
    const table = tableOf();
    table.adopt('client', a, -40, 0);
    expect(table.find('client', 59)?.target).toBe(a);
    expect(table.find('client', 60)).toBeUndefined();
    expect(a.sessions).toBe(0);
  });

  it('is not taken once it is over', () => {
    const table = tableOf();
    table.adopt('client', a, -100, 0);
    expect(table.size).toBe(0);
  });

  it('leaves a session that is here at its target, and the later end counts', () => {
    const table = tableOf();
    visit(table, 'client', 0);
    table.adopt('client', b, 30, 50);
    expect(table.find('client', 129)?.target).toBe(a);
    table.adopt('client', b, 10, 60);
    expect(table.find('client', 129)?.target).toBe(a);
    expect(table.find('client', 130)).toBeUndefined();
  });

  it('leaves one that has a connection as it is', () => {
    const table = tableOf();
    const session = table.hold('client', a, 0);
    table.adopt('client', b, 30, 50);
    table.release(session, 60);
    expect(table.find('client', 159)).toBe(session);
    expect(session.target).toBe(a);
  });

  it('takes the place of one at a target that is out of use', () => {
    const table = tableOf();
    visit(table, 'client', 0);
    a.mode = 'disabled';
    table.adopt('client', b, -10, 50);
    a.mode = 'enabled';
    expect(table.find('client', 60)?.target).toBe(b);
    expect([a.sessions, b.sessions]).toEqual([0, 1]);
  });

  it('takes the place of one that has been idle longer in a full table, and of no other', () => {
    const table = tableOf({ limit: 1 });
    visit(table, 'first', 0);
    table.adopt('older', a, -10, 20);
    expect(table.find('first', 20)).toBeDefined();
    table.adopt('newer', a, 10, 20);
    expect([table.find('first', 20), table.size]).toEqual([undefined, 1]);
    const session = table.hold('live', a, 30);
    table.adopt('client', a, 40, 40);
    expect([table.find('live', 50), table.size]).toEqual([session, 1]);
  });

  it('is found in order, also among many that come from two processes in turn', () => {
    const table = tableOf({ expiry: 1_000_000 });
    for (let n = 0; n < 300; n += 1) {
      table.adopt(`even ${n}`, a, -2 * n, 0);
      table.adopt(`odd ${n}`, a, -1001 + 2 * n, 0);
    }
    const idle = [...table.newestFirst()].map(({ idleSince }) => idleSince);
    expect(idle).toHaveLength(600);
    expect(idle).toEqual([...idle].sort((some, other) => other - some));
  });
});
