import { expect, it } from 'vitest';
import { Unanswered } from './unanswered.ts';

it('knows of a client until the last word on it is answered', () => {
  const unanswered = new Unanswered();
  for (const clientKey of ['p', 'q', 'p']) unanswered.add(clientKey);
  expect([unanswered.has('p'), unanswered.size]).toEqual([true, 0]);
  unanswered.sent([
    ['p', 'a:80'],
    ['q', 'a:80'],
  ]);
  unanswered.sent([['p', 'b:80']]);
  unanswered.answered();
  expect([unanswered.has('p'), unanswered.has('q'), unanswered.size]).toEqual([true, false, 1]);
  unanswered.answered();
  expect([unanswered.has('p'), unanswered.size]).toEqual([false, 0]);
});
