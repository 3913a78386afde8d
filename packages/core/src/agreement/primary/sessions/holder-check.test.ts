import { expect, it } from 'vitest';
import { HolderCheck } from './holder-check.ts';

it('keeps what one worker holds, and drops what none does', () => {
  const check = new HolderCheck(1, ['p', 'q', 'r'], [1, 2]);
  check.answered(1, ['q']);
  expect(check.isOver).toBe(false);
  check.answered(2, ['q', 'r']);
  expect(check.isOver).toBe(true);
  expect([check.kept, check.dropped]).toEqual([['q', 'r'], ['p']]);
});

it('asks one that has come meanwhile too, and hears nobody twice', () => {
  const check = new HolderCheck(1, ['p'], [1]);
  check.join(2);
  check.answered(1, []);
  check.answered(1, ['p']);
  expect(check.isOver).toBe(false);
  check.answered(2, []);
  expect([check.isOver, check.dropped]).toEqual([true, ['p']]);
});

it('keeps one that has begun since a worker was asked', () => {
  const check = new HolderCheck(1, ['p'], [1, 2]);
  check.answered(1, []);
  check.begun('p');
  check.answered(2, []);
  expect([check.kept, check.dropped]).toEqual([['p'], []]);
});

it('is over at once when there is nobody to ask', () => {
  expect(new HolderCheck(1, ['p'], [])).toMatchObject({ isOver: true, dropped: ['p'] });
});

it('keeps what a worker may have held that has died without an answer, though none that is there holds it', () => {
  const check = new HolderCheck(1, ['p'], [1, 2]);
  check.answered(1, []);
  check.died(1);
  expect([check.isOver, check.kept]).toEqual([false, []]);
  check.died(2);
  expect([check.isOver, check.kept, check.dropped, check.isHeld('p')]).toEqual([true, ['p'], [], false]);
});
