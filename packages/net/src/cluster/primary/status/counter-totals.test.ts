import { expect, it } from 'vitest';
import { Counters } from '../../../proxy/events/counters.ts';
import { CounterTotals } from './counter-totals.ts';

const counted = (accepted: number, blocked = 0) => ({ ...new Counters(), accepted, blocked });

it('adds up what each worker told last, also those that have left since', () => {
  const totals = new CounterTotals();
  expect(totals.total).toEqual({ ...new Counters() });
  totals.told(1, counted(3, 1));
  totals.told(2, counted(5));
  totals.told(1, counted(4, 2));
  expect(totals.total).toEqual(counted(9, 2));
  totals.left(1);
  totals.left(3);
  expect(totals.total).toEqual(counted(9, 2));
  totals.told(4, counted(10));
  totals.left(2);
  totals.left(4);
  expect(totals.total).toEqual(counted(19, 2));
});
