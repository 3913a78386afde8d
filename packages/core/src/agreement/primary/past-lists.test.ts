import { describe, expect, it } from 'vitest';
import { MOST_PAST_LISTS, type PastList } from '../../policies/past-homes.ts';
import { poolOf, targetOf } from '../../testing/targets.ts';
import { PastLists } from './past-lists.ts';

const EXPIRY = 30_000;
const HOUR = 3_600_000;
const list = (names: string, over = ''): PastList =>
  [...names].map((name) => ({ id: `${name}:80`, weight: 1, ...(over.includes(name) && { isOver: true }) }));

function remembered(...names: string[]): PastLists {
  const past = new PastLists();
  for (const each of names) past.remember(poolOf(each), false, EXPIRY, 0);
  return past;
}

describe('the lists under which sessions have been lost', () => {
  it('lead nobody elsewhere as long as nothing has changed since', () => {
    expect(new PastLists().leading(poolOf('ab'), 0)).toEqual([]);
    expect(remembered('ab').leading(poolOf('ab'), 0)).toEqual([]);
    expect(remembered('ab').leading(poolOf('abc'), 0)).toEqual([list('ab')]);
  });

  it('are of enabled targets, with their weights', () => {
    const pool = poolOf('abc');
    Object.assign(targetOf(pool, 'a'), { weight: 5 });
    targetOf(pool, 'b').mode = 'draining';
    const past = new PastLists();
    past.remember(pool, false, EXPIRY, 0);
    expect(past.current(pool, false, 0)).toEqual([[{ id: 'a:80', weight: 5 }, ...list('c')]]);
  });

  it('are read from the oldest on, without the present one at the end', () => {
    const past = remembered('ab', 'abc', 'abc', 'ab');
    expect(past.leading(poolOf('abcd'), 0)).toEqual([list('ab'), list('abc'), list('ab')]);
    expect(past.leading(poolOf('ab'), 0)).toEqual([list('ab'), list('abc', 'c')]);
  });

  it('count all of them until the session that was lost last would be over', () => {
    const past = remembered('ab');
    past.remember(poolOf('abc'), false, EXPIRY, 20_000);
    expect(past.leading(poolOf('abcd'), EXPIRY + 19_999)).toEqual([list('ab'), list('abc')]);
    expect(past.leading(poolOf('abcd'), EXPIRY + 20_000)).toEqual([]);
    past.remember(poolOf('abcd'), false, EXPIRY, 60_000);
    expect(past.current(poolOf('abcd'), false, 60_000)).toEqual([list('abcd')]);
  });

  it('count also after that, as long as they lead clients', () => {
    const past = remembered('ab');
    expect(past.current(poolOf('abc'), true, EXPIRY)).toEqual([list('ab'), list('abc')]);
    past.remember(poolOf('abc'), true, EXPIRY, EXPIRY);
    expect(past.leading(poolOf('abc'), EXPIRY)).toEqual([list('ab')]);
  });

  it('count for an hour at most, and no shorter because sessions have become shorter', () => {
    const past = new PastLists();
    past.remember(poolOf('ab'), false, 24 * HOUR, 0);
    past.remember(poolOf('ab'), false, EXPIRY, 1);
    expect([past.isOver(HOUR - 1), past.isOver(HOUR)]).toEqual([false, true]);
  });

  it('lead nobody to a target that has been out of use, also when it is back', () => {
    const past = remembered('abc');
    expect(past.leading(poolOf('ab'), 0)).toEqual([list('abc', 'c')]);
    past.dropEnded(poolOf('ab'));
    expect(past.leading(poolOf('abc'), 0)).toEqual([list('abc', 'c')]);
    const draining = poolOf('abc');
    targetOf(draining, 'a').mode = 'draining';
    past.dropEnded(draining);
    expect(past.leading(poolOf('abc'), 0)).toEqual([list('abc', 'c')]);
    past.remember(poolOf('abc'), false, EXPIRY, 0);
    expect(past.current(poolOf('abc'), false, 0)).toEqual([list('abc', 'c'), list('abc')]);
  });

  it('come from an earlier primary, whose workers may still serve clients', () => {
    const past = new PastLists();
    past.succeed([list('abc')], poolOf('abd'), { sessionExpiry: EXPIRY, heldFor: 5_000 }, 0);
    expect(past.leading(poolOf('abd'), EXPIRY + 4_999)).toEqual([list('abc', 'c')]);
    expect(past.isOver(EXPIRY + 5_000)).toBe(true);
    past.succeed([list('abc')], poolOf('abd'), { sessionExpiry: 24 * HOUR, heldFor: 5_000 }, 0);
    expect([past.isOver(HOUR + 4_999), past.isOver(HOUR + 5_000)]).toEqual([false, true]);
  });

  it('are the present one of an earlier primary that has left none, and no more than so many', () => {
    const past = new PastLists();
    past.succeed([], poolOf('ab'), { sessionExpiry: EXPIRY, heldFor: 0 }, 0);
    expect(past.leading(poolOf('abc'), 0)).toEqual([list('ab')]);
    const many = Array.from({ length: MOST_PAST_LISTS + 1 }, (_, n) => list('abcdefghij'.slice(0, n + 1)));
    past.succeed(many, poolOf('abcdefghij'), { sessionExpiry: EXPIRY, heldFor: 0 }, 0);
    expect(past.leading(poolOf('abcdefghij'), 0)[0]).toEqual(list('ab'));
  });

  it('are no more than so many, and the oldest goes first', () => {
    const names = 'abcdefghijkl';
    const past = remembered(...[...names].map((_, n) => names.slice(0, n + 1)));
    const kept = past.leading(poolOf('z'), 0);
    expect(kept).toHaveLength(MOST_PAST_LISTS);
    expect(kept.at(-1)?.length).toBe(names.length);
  });
});
