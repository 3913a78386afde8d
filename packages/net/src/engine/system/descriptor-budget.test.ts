// The limit of descriptors: full when every connection has two, free again only when some have ended.
import { expect, it } from 'vitest';
import { DescriptorLimit } from './descriptor-budget.ts';

function times(count: number, action: () => void): void {
  for (let n = 0; n < count; n += 1) action();
}

it.each([
  [200, 100],
  [201, 100],
  [2, 1],
])('with %d descriptors is full at %d connections', (descriptors, most) => {
  const limit = new DescriptorLimit(descriptors);
  times(most - 1, () => limit.take());
  expect(limit.isFull).toBe(false);
  limit.take();
  expect(limit.isFull).toBe(true);
  limit.give();
  expect(limit.isFull).toBe(false);
});

it.each([0, 1, -5])('with %d descriptors is full from the beginning', (descriptors) => {
  expect(new DescriptorLimit(descriptors).isFull).toBe(true);
});

it('without a limit is never full', () => {
  const limit = new DescriptorLimit(Number.POSITIVE_INFINITY);
  times(100_000, () => limit.take());
  expect(limit.isFull).toBe(false);
});

it.each([
  [20, 1],
  [200, 10],
  [100_000, 64],
])('with %d descriptors tells of room once %d connections have ended', (descriptors, slack) => {
  const limit = new DescriptorLimit(descriptors);
  times(descriptors / 2, () => limit.take());
  let told = 0;
  limit.whenFree(() => {
    told += 1;
  });
  times(slack - 1, () => limit.give());
  expect(told).toBe(0);
  limit.give();
  expect(told).toBe(1);
});

it('tells everybody who waits, each once', () => {
  const limit = new DescriptorLimit(20);
  const told: string[] = [];
  times(10, () => limit.take());
  limit.whenFree(() => told.push('a'));
  limit.whenFree(() => told.push('b'));
  times(5, () => limit.give());
  expect(told).toEqual(['a', 'b']);
});

it('tells again whoever asks again while it is told', () => {
  const limit = new DescriptorLimit(20);
  let told = 0;
  const ask = (): void => {
    told += 1;
    limit.whenFree(ask);
  };
  times(10, () => limit.take());
  limit.whenFree(ask);
  limit.give();
  expect(told).toBe(1);
  limit.give();
  expect(told).toBe(2);
});

it('does not tell whoever has called it off', () => {
  const limit = new DescriptorLimit(20);
  const told: string[] = [];
  times(10, () => limit.take());
  const callOff = limit.whenFree(() => told.push('a'));
  limit.whenFree(() => told.push('b'));
  callOff();
  callOff();
  times(10, () => limit.give());
  expect(told).toEqual(['b']);
});

it('of this process is there, and has room', () => {
  expect(DescriptorLimit.ofThisProcess().isFull).toBe(false);
});
