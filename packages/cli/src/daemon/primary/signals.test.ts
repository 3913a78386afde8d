// What each signal does, and how often.
import { endProcess } from '@lb/net/internal';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { fakeLog } from '../../testing/fake-log.ts';
import { obeySignals } from './signals.ts';

vi.mock('@lb/net/internal', () => ({ endProcess: vi.fn() }));

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));

beforeEach(() => {
  for (const signal of SIGNALS) process.removeAllListeners(signal);
});
afterEach(() => {
  for (const signal of SIGNALS) {
    process.removeAllListeners(signal);
    for (const listener of before.get(signal) ?? []) process.on(signal, listener);
  }
});

function obey(onTerminal: boolean) {
  const actions = { stop: vi.fn(), reload: vi.fn(), log: fakeLog(), onTerminal };
  return { ...actions, ...obeySignals(actions) };
}

it('the process ends as it was asked to', () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  onTestFinished(() => void vi.restoreAllMocks());
  const plain = obey(false);
  process.emit('SIGHUP');
  plain.end();
  expect(endProcess).toHaveBeenCalledOnce();
  expect(kill).not.toHaveBeenCalled();
  const inTerminal = obey(true);
  process.emit('SIGHUP');
  inTerminal.end();
  expect(endProcess).toHaveBeenCalledOnce();
  expect(process.listenerCount('SIGHUP')).toBe(0);
  expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGHUP');
});

it('SIGTERM and SIGINT stop, another one later at once', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { stop, reload } = obey(false);
  process.emit('SIGTERM');
  vi.advanceTimersByTime(1_000);
  process.emit('SIGINT');
  expect(stop.mock.calls).toEqual([[undefined], [0]]);
  expect(reload).not.toHaveBeenCalled();
});

it('signals that come together are one', () => {
  const { stop, log } = obey(false);
  for (const signal of ['SIGTERM', 'SIGTERM', 'SIGINT'] as const) process.emit(signal);
  expect(stop.mock.calls).toEqual([[undefined]]);
  expect(log.lines).toHaveLength(1);
});

it('stops before the log says so', () => {
  const { stop, log } = obey(false);
  stop.mockImplementation(() => expect(log.lines).toEqual([]));
  process.emit('SIGTERM');
  expect(stop).toHaveBeenCalledOnce();
  expect(log.lines).toHaveLength(1);
});

it('SIGHUP reloads', () => {
  const { stop, reload } = obey(false);
  process.emit('SIGHUP');
  process.emit('SIGHUP');
  expect(reload).toHaveBeenCalledTimes(2);
  expect(stop).not.toHaveBeenCalled();
});

it('SIGHUP from a terminal that is gone stops, and hastens nothing', () => {
  const { stop, reload } = obey(true);
  process.emit('SIGHUP');
  process.emit('SIGHUP');
  expect(stop.mock.calls).toEqual([[], []]);
  expect(reload).not.toHaveBeenCalled();
  process.emit('SIGTERM');
  expect(stop.mock.calls.at(-1)).toEqual([undefined]);
});
