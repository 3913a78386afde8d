import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { LONGEST_TIMER } from '../../base/long-timers.ts';
import { nextTurn } from '../../testing/until.ts';
import { setQuietTimeout } from './quiet-timeout.ts';

const DAY = 24 * 60 * 60 * 1000;

/** A socket as far as its time-out goes: the test says when bytes move and when Node's timer fires. */
class QuietSocket extends EventEmitter {
  bytesRead = 0;
  bytesWritten = 0;
  part = 0;

  setTimeout(part: number): void {
    expect(part).toBeLessThanOrEqual(LONGEST_TIMER);
    this.part = part;
  }

  /** @returns how long it took, in ms */
  fire(): number {
    const { part } = this;
    this.emit('timeout');
    return part;
  }
}

function quiet(timeout: number) {
  const socket = new QuietSocket();
  const expired = vi.fn();
  setQuietTimeout(socket as unknown as Socket, timeout, expired);
  const untilExpired = async (): Promise<number> => {
    let passed = 0;
    while (expired.mock.calls.length === 0) {
      passed += socket.fire();
      await nextTurn();
    }
    return passed;
  };
  return { socket, untilExpired };
}

it.each([1, LONGEST_TIMER, LONGEST_TIMER + 1, 100 * DAY])('fires after %d ms without a byte', async (timeout) => {
  expect(await quiet(timeout).untilExpired()).toBe(timeout);
});

it('begins anew when a byte moves in a later part', async () => {
  const { socket, untilExpired } = quiet(100 * DAY);
  socket.fire();
  socket.fire();
  socket.bytesRead += 1;
  expect(await untilExpired()).toBe(100 * DAY);
});

it('goes by the last time that was set', async () => {
  const { socket, untilExpired } = quiet(100 * DAY);
  const expired = vi.fn();
  setQuietTimeout(socket as unknown as Socket, 5, expired);
  expect(socket.fire()).toBe(5);
  await nextTurn();
  expect(expired).toHaveBeenCalledOnce();
  expect(untilExpired).toBeDefined();
});

it('does not fire if bytes came in time, which are read only after the timer', async () => {
  const { socket } = quiet(5);
  const expired = vi.fn();
  setQuietTimeout(socket as unknown as Socket, 5, expired);
  socket.fire();
  socket.bytesRead += 1;
  await nextTurn();
  expect(expired).not.toHaveBeenCalled();
});
