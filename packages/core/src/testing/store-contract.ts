// What every store of displaced sessions must do.
import { describe, expect, it } from 'vitest';
import type { SessionStore } from '../agreement/store/session-store.ts';

/** @param make makes an empty store with room for this many sessions */
export function describeStore(name: string, make: (room: number) => SessionStore): void {
  describe(`the session store ${name}`, () => {
    it('gives a session to who claims it first', () => {
      const store = make(10);
      expect(store.claim('p', 'a')).toBe('a');
      expect(store.claim('p', 'b')).toBe('a');
      expect(store.claim('p', 'a')).toBe('a');
      expect([store.get('p'), store.get('q'), store.size]).toEqual(['a', undefined, 1]);
    });

    it('moves a session from where it is expected, and no other', () => {
      const store = make(10);
      store.claim('p', 'a');
      expect(store.replace('p', 'b', 'c')).toBe(false);
      expect(store.replace('p', 'a', 'b')).toBe(true);
      expect(store.replace('q', 'a', 'b')).toBe(false);
      expect([store.get('p'), store.get('q')]).toEqual(['b', undefined]);
    });

    it('forgets what was dropped', () => {
      const store = make(10);
      store.claim('p', 'a');
      store.drop('p');
      store.drop('q');
      expect([store.get('p'), store.size, store.replace('p', 'a', 'b')]).toEqual([undefined, 0, false]);
      expect(store.claim('p', 'b')).toBe('b');
    });

    it('takes no more than it has room for, and still moves and drops those that it has', () => {
      const store = make(2);
      for (const key of 'pq') store.claim(key, 'a');
      expect([store.claim('r', 'a'), store.get('r'), store.size]).toEqual([undefined, undefined, 2]);
      expect([store.claim('p', 'b'), store.replace('p', 'a', 'b')]).toEqual(['a', true]);
      store.drop('q');
      expect(store.claim('r', 'a')).toBe('a');
    });

    it('gives all sessions to who begins, also while they are dropped', () => {
      const store = make(10);
      for (const key of 'pqr') store.claim(key, 'a');
      store.replace('q', 'a', 'b');
      expect(new Map(store.sync())).toEqual(
        new Map([
          ['p', 'a'],
          ['q', 'b'],
          ['r', 'a'],
        ]),
      );
      for (const [key] of store.sync()) store.drop(key);
      expect([store.size, [...store.sync()]]).toEqual([0, []]);
    });
  });
}
