import { connect, createServer, type Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { later } from '../testing/cleanup.ts';
import { until } from '../testing/until.ts';
import { setPatientTimeout } from './patient-timeout.ts';

const DAY = 24 * 60 * 60 * 1000;

function beBusy(time: number): void {
  const end = performance.now() + time;
  while (performance.now() < end);
}

it('fires after what has come in time, also when the loop was too busy to see it', async () => {
  const order: string[] = [];
  const accepted = await new Promise<Socket>((resolve) => {
    const server = createServer(resolve).listen(0, '127.0.0.1', () => {
      const client = connect((server.address() as { port: number }).port, '127.0.0.1');
      client.on('data', () => order.push('answer'));
      later(() => client.destroy());
    });
    later(() => server.close());
  });
  later(() => accepted.destroy());
  setPatientTimeout(() => order.push('time-out'), 10);
  accepted.write('x');
  beBusy(50);
  await until('both', () => order.length === 2);
  expect(order).toEqual(['answer', 'time-out']);
});

it('waits 100 days, which is longer than a timer of Node can', () => {
  vi.useFakeTimers();
  const action = vi.fn();
  setPatientTimeout(action, 100 * DAY);
  vi.advanceTimersByTime(100 * DAY - 1);
  expect(action).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(action).toHaveBeenCalledOnce();
  vi.useRealTimers();
});

it.each([9, 10])('never fires once it is called off, after %d of 10 ms', (after) => {
  vi.useFakeTimers();
  const action = vi.fn();
  const callOff = setPatientTimeout(action, 10);
  vi.advanceTimersByTime(after);
  expect(vi.getTimerCount()).toBe(1);
  callOff();
  vi.runAllTimers();
  expect(action).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
