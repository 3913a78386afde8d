import { expect, it } from 'vitest';
import { describeStore } from '../../testing/store-contract.ts';
import { MemorySessionStore } from './memory-session-store.ts';

describeStore('in memory', (room) => new MemorySessionStore(room));

it('keeps what it has when its limit falls', () => {
  const store = new MemorySessionStore(2);
  for (const key of 'pq') store.claim(key, 'a');
  store.limit = 1;
  expect([store.size, store.get('q'), store.claim('r', 'a')]).toEqual([2, 'a', undefined]);
});
