import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Reading, scratch } from './reading.ts';

/** A client that takes nothing until `flush` is called. */
function slowClient() {
  const written: Buffer[] = [];
  const callbacks: (() => void)[] = [];
  const write = (bytes: Buffer, callback?: () => void): boolean => {
    written.push(bytes);
    if (callback) callbacks.push(callback);
    return false;
  };
  const flush = (): void => {
    for (const callback of callbacks.splice(0)) callback();
  };
  return { socket: { write } as Partial<Socket> as Socket, written, flush };
}

it('reads nothing before it is known for whom', () => {
  expect(new Reading().take(10)).toBe(false);
});

it.each([4_200, 20_000, 65_536])('holds %d bytes for a slow client in little more memory than that', (length) => {
  const { socket, written } = slowClient();
  const reading = new Reading();
  reading.to = socket;
  scratch.fill('x');
  expect(reading.take(length)).toBe(false);
  scratch.fill('y');
  const [kept] = written as [Buffer];
  expect(kept.toString('latin1')).toBe('x'.repeat(length));
  expect(kept.buffer.byteLength).toBeLessThanOrEqual(2 * length);
});

it('uses a block again once it is written, and not before', () => {
  const { socket, written, flush } = slowClient();
  const reading = new Reading();
  reading.to = socket;
  reading.take(65_536);
  reading.take(65_536);
  expect(written[1]?.buffer).not.toBe(written[0]?.buffer);
  const blocks = written.map(({ buffer }) => buffer);
  flush();
  reading.take(65_536);
  expect(blocks).toContain(written[2]?.buffer);
});
