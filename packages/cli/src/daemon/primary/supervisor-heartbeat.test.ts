import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { report } from '../daemon-messages.ts';
import { startHeartbeat } from './supervisor-heartbeat.ts';

vi.mock('../daemon-messages.ts', () => ({ report: vi.fn() }));

const before = process.listeners('disconnect');
let sent: (() => void)[];

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  vi.mocked(report).mockImplementation((message, onSent) => {
    expect(message).toEqual({ type: 'alive' });
    sent.push(onSent as () => void);
  });
});

afterEach(() => {
  vi.useRealTimers();
  for (const listener of process.listeners('disconnect')) {
    if (!before.includes(listener)) process.off('disconnect', listener);
  }
});

it('beats immediately and once a second', () => {
  startHeartbeat();
  for (let n = 1; n <= 5; n += 1) {
    expect(sent).toHaveLength(n);
    sent.at(-1)?.();
    vi.advanceTimersByTime(1_000);
  }
});

it('has one message wait for a supervisor that reads nothing, and beats again once it reads', () => {
  startHeartbeat();
  vi.advanceTimersByTime(60_000);
  expect(sent).toHaveLength(1);
  sent[0]?.();
  vi.advanceTimersByTime(1_000);
  expect(sent).toHaveLength(2);
});

it('has no timer once the supervisor is gone', () => {
  startHeartbeat();
  for (const listener of process.listeners('disconnect').slice(before.length)) (listener as () => void)();
  expect(vi.getTimerCount()).toBe(0);
});
