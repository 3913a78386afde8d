// The budget of descriptors: full when every connection has two, free again only when some have ended.
import { expect, it } from 'vitest';
import { DescriptorBudget } from './descriptor-budget.ts';

function times(count: number, action: () => void): void {
  for (let n = 0; n < count; n += 1) action();
}

it.each([
  [200, 100],
  [201, 100],
  [2, 1],
])('with %d descriptors is full at %d connections', (descriptors, most) => {
  const budget = new DescriptorBudget(descriptors);
  times(most - 1, () => budget.take());
  expect(budget.isFull).toBe(false);
  budget.take();
  expect(budget.isFull).toBe(true);
  budget.give();
  expect(budget.isFull).toBe(false);
});

it.each([0, 1, -5])('with %d descriptors is full from the beginning', (descriptors) => {
  expect(new DescriptorBudget(descriptors).isFull).toBe(true);
});

it.each([0, 1, -5])('with %d descriptors takes one connection after the other', (descriptors) => {
  const budget = new DescriptorBudget(descriptors);
  budget.take();
  let told = 0;
  budget.whenFree(() => {
    told += 1;
  });
  budget.give();
  expect(told).toBe(1);
});

it('without a budget is never full', () => {
  const budget = new DescriptorBudget(Number.POSITIVE_INFINITY);
  times(100_000, () => budget.take());
  expect(budget.isFull).toBe(false);
});

it.each([
  [20, 1],
  [200, 10],
  [100_000, 64],
])('with %d descriptors tells of room once %d connections have ended', (descriptors, slack) => {
  const budget = new DescriptorBudget(descriptors);
  times(descriptors / 2, () => budget.take());
  let told = 0;
  budget.whenFree(() => {
    told += 1;
  });
  times(slack - 1, () => budget.give());
  expect(told).toBe(0);
  budget.give();
  expect(told).toBe(1);
});

it('tells everybody who waits, each once', () => {
  const budget = new DescriptorBudget(20);
  const told: string[] = [];
  times(10, () => budget.take());
  budget.whenFree(() => told.push('a'));
  budget.whenFree(() => told.push('b'));
  times(5, () => budget.give());
  expect(told).toEqual(['a', 'b']);
});

it('tells again whoever asks again while it is told', () => {
  const budget = new DescriptorBudget(20);
  let told = 0;
  const ask = (): void => {
    told += 1;
    budget.whenFree(ask);
  };
  times(10, () => budget.take());
  budget.whenFree(ask);
  budget.give();
  expect(told).toBe(1);
  budget.give();
  expect(told).toBe(2);
});

it('does not tell whoever has called it off', () => {
  const budget = new DescriptorBudget(20);
  const told: string[] = [];
  times(10, () => budget.take());
  const callOff = budget.whenFree(() => told.push('a'));
  budget.whenFree(() => told.push('b'));
  callOff();
  callOff();
  times(10, () => budget.give());
  expect(told).toEqual(['b']);
});

it('of this process is there, and has room', () => {
  expect(DescriptorBudget.ofThisProcess().isFull).toBe(false);
});
