import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LogOutput } from './log-output.ts';

const LONG = 300_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('has written a line when write returns', () => {
  const reader = new Reader();
  const output = outputTo(reader);
  output.write('one\n');
  output.write(Buffer.from('two\n'));
  expect(reader.text).toBe('one\ntwo\n');
});

it('keeps what there is no room for, and writes it in order once there is', () => {
  const reader = new Reader();
  const output = outputTo(reader);
  reader.room = 0;
  output.write('one\n');
  output.write('two\n');
  expect(reader.text).toBe('');
  reader.room = LONG;
  output.write('three\n');
  expect(reader.text).toBe('one\ntwo\nthree\n');
});

it('writes what it keeps also when no other line follows', () => {
  const reader = new Reader();
  const output = outputTo(reader);
  reader.room = 0;
  output.write('one\n');
  reader.room = LONG;
  vi.advanceTimersToNextTimer();
  expect(reader.text).toBe('one\n');
  expect(vi.getTimerCount()).toBe(0);
});

it('completes a line that was written in part before it begins another', () => {
  const reader = new Reader();
  const output = outputTo(reader);
  reader.room = 3;
  output.write('first\n');
  output.write('second\n');
  expect(reader.text).toBe('fir');
  reader.room = LONG;
  vi.runAllTimers();
  expect(reader.text).toBe('first\nsecond\n');
});

it('completes a line that has begun, also one that is longer than its bound', () => {
  const reader = new Reader();
  const output = outputTo(reader);
  const line = `${'x'.repeat(LONG)}\n`;
  reader.room = 3;
  output.write(line);
  reader.room = 2 * LONG;
  vi.runAllTimers();
  expect(reader.text).toBe(line);
});

it('has its whole bound again once what waited is written', () => {
  const reader = new Reader();
  const output = outputTo(reader);
  const line = `${'x'.repeat(200_000)}\n`;
  for (let n = 1; n <= 3; n += 1) {
    reader.room = 0;
    output.write(line);
    reader.room = LONG;
    vi.runAllTimers();
    expect(reader.text).toBe(line.repeat(n));
  }
});

it('tries less and less often while nothing moves, and soon again once something has', () => {
  const reader = new Reader();
  const output = outputTo(reader);
  reader.room = 0;
  output.write('one\n');
  vi.advanceTimersByTime(60_000);
  expect(reader.tries).toBeLessThan(80);
  reader.room = LONG;
  vi.advanceTimersByTime(1_000);
  expect(reader.text).toBe('one\n');
  reader.room = 0;
  output.write('two\n');
  reader.room = LONG;
  vi.advanceTimersByTime(10);
  expect(reader.text).toBe('one\ntwo\n');
});

it('writes what waits when the process ends, and is no reason for it to stay', () => {
  vi.useRealTimers();
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const reader = new Reader();
  const output = outputTo(reader);
  const ended = process.listeners('exit').at(-1) as NodeJS.ExitListener;
  const before = timers();
  reader.room = 0;
  output.write('one\n');
  expect(timers()).toBe(before);
  reader.room = LONG;
  ended(0);
  expect(reader.text).toBe('one\n');
});

it('drops lines beyond its bound, and reports their number and the reason once there is room', () => {
  const reader = new Reader();
  const output = outputTo(reader);
  reader.room = 0;
  const line = `${'x'.repeat(100_000)}\n`;
  for (let n = 0; n < 5; n += 1) output.write(line);
  vi.advanceTimersByTime(60_000);
  expect(reader.text).toBe('');
  reader.room = 1_000_000;
  vi.runAllTimers();
  expect(reader.text).toBe(`${line}${line}3 dropped: the reader of the log was too slow\n`);
  expect(vi.getTimerCount()).toBe(0);
});

it('goes on when writing fails for another reason, and reports that', () => {
  const reader = new Reader();
  const output = outputTo(reader);
  reader.room = 0;
  reader.code = 'ENOSPC';
  output.write('x'.repeat(LONG));
  output.write('y\n');
  reader.room = LONG;
  vi.runAllTimers();
  expect(reader.text).toBe('1 dropped: the log could not be written: ENOSPC\ny\n');
});

function outputTo(reader: Reader): LogOutput {
  const output = new LogOutput(-1, (bytes) => reader.take(bytes));
  output.onDropped = (lines, reason) => output.write(`${lines} dropped: ${reason}\n`);
  return output;
}

/** A descriptor with so many bytes of room. */
class Reader {
  text = '';
  room = Number.POSITIVE_INFINITY;
  code = 'EAGAIN';
  tries = 0;

  take(bytes: Uint8Array): number {
    this.tries += 1;
    if (this.room === 0) throw Object.assign(new Error('no room'), { code: this.code });
    const taken = Buffer.from(bytes).subarray(0, this.room);
    this.room -= taken.length;
    this.text += taken;
    return taken.length;
  }
}
