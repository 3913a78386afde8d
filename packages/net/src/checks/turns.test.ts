import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('lets so many begin at once, and the others in the order in which they came', () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends = [0, 1, 2, 3, 4].map((n) => turns.take(() => begun.push(n)));
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  ends[1]?.();
  expect(begun).toEqual([0, 1, 2]);
  ends[3]?.(); // it waits no longer
  ends[0]?.();
  expect(begun).toEqual([0, 1, 2, 4]);
  for (const end of ends) end();
  turns.take(() => begun.push(5));
  turns.take(() => begun.push(6));
  turns.take(() => begun.push(7));
  expect(begun).toEqual([0, 1, 2, 4, 5, 6]);
});

it('lets none that waits begin once it has been cleared, and as many as before later', () => {
  const turns = new Turns(1);
  const begun: number[] = [];
  const ends = [0, 1].map((n) => turns.take(() => begun.push(n)));
  turns.clear();
  for (const end of ends) end();
  for (const n of [2, 3]) turns.take(() => begun.push(n));
  expect(begun).toEqual([0, 2]);
});
