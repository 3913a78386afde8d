import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { whenNoneServes } from './predecessors.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function begin(mayServe: (writer: string | undefined) => boolean, longest = 60_000) {
  const isNone = vi.fn();
  return { isNone, end: whenNoneServes({ self: 'me', mayServe }, 'the last one', isNone, longest) };
}

it('says at once that none serves', () => {
  const asked = vi.fn(() => false);
  const { isNone } = begin(asked);
  expect(asked).toHaveBeenCalledExactlyOnceWith('the last one');
  expect(isNone).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(10_000);
  expect(isNone).toHaveBeenCalledOnce();
});

it('says it once the last one has gone', () => {
  let serves = true;
  const { isNone } = begin(() => serves);
  vi.advanceTimersByTime(2_500);
  expect(isNone).not.toHaveBeenCalled();
  serves = false;
  vi.advanceTimersByTime(1_000);
  expect(isNone).toHaveBeenCalledOnce();
});

it('looks no longer than they may serve, nor after its end', () => {
  const asked = vi.fn(() => true);
  begin(asked, 3_500);
  vi.advanceTimersByTime(60_000);
  expect(asked).toHaveBeenCalledTimes(4);
  const { end } = begin(asked);
  end();
  vi.advanceTimersByTime(60_000);
  expect(asked).toHaveBeenCalledTimes(5);
});

it('knows nothing where nobody tells it of processes', () => {
  const isNone = vi.fn();
  whenNoneServes(undefined, undefined, isNone, 1_000)();
  expect(isNone).not.toHaveBeenCalled();
});
