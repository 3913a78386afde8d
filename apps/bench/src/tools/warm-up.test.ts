import { expect, it } from 'vitest';
import { warmUp } from './warm-up.ts';

it('works until it was enough, but not for ever', async () => {
  let times = 0;
  const work = (units: number) => async () => {
    times++;
    return units;
  };
  await warmUp(100, work(40));
  expect(times).toBe(3);
  await warmUp(100, work(1));
  expect(times).toBe(8);
});
