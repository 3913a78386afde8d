import { expect, it } from 'vitest';
import type { FromPrimary } from '../../protocol/agreement-messages.ts';
import { Members } from '../members.ts';
import { HolderChecks } from './holder-checks.ts';

it('has rounds for different purposes go on side by side, each with a number of its own', () => {
  const sent: FromPrimary[] = [];
  const members = new Members((_, message) => sent.push(message));
  members.join(1);
  const checks = new HolderChecks(members);
  const over: (readonly [purpose: string, kept: readonly string[], now: number])[] = [];
  checks.ask(['p', 'q'], 0, ({ kept }, now) => over.push(['first', kept, now]));
  checks.ask(['p'], 0, ({ kept }, now) => over.push(['second', kept, now]));
  expect(sent).toEqual([
    { type: 'check', check: 1, clientKeys: ['p', 'q'] },
    { type: 'check', check: 2, clientKeys: ['p'] },
  ]);
  checks.answered(1, 2, ['p'], 5);
  expect(over).toEqual([['second', ['p'], 5]]);
  checks.begun('q');
  checks.answered(1, 2, ['p'], 6);
  checks.leave(1, true, 7);
  expect(over.slice(1)).toEqual([['first', ['q'], 7]]);
});

it('is over at once when there is nobody to ask', () => {
  const over: (readonly string[])[] = [];
  new HolderChecks(new Members(() => {})).ask(['p'], 0, ({ dropped }) => over.push(dropped));
  expect(over).toEqual([['p']]);
});
