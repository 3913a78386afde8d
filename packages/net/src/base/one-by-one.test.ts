import { expect, it } from 'vitest';
import { OneByOne } from './one-by-one.ts';

it('does one thing after the other, also after one that fails, and gives each its result', async () => {
  const queue = new OneByOne();
  const done: string[] = [];
  const act = (name: string, fails: boolean) => async () => {
    done.push(`${name} begins`);
    await Promise.resolve();
    done.push(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  };
  const results = [queue.take(act('a', false)), queue.take(act('b', true)), queue.take(act('c', false))];
  expect((await Promise.allSettled(results)).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(done).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});
