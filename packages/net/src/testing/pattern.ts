// Bytes that can be told apart from others, in any quantity, and checked without being kept.
import { randomBytes } from 'node:crypto';
import type { TestSocket } from './test-socket.ts';
import { nextTurn, shortPause, until } from './until.ts';

/** Not a power of two: bytes that are repeated or left out in usual quantities don't fit. */
const PERIOD = 1_048_573;
const PIECE = 256 * 1024;
/** Turns in which a writer is refused before it is taken to be held; the engine has as many to carry off what it can. */
const ENOUGH_REFUSALS = 50;

export class Pattern {
  readonly #bytes: Buffer;

  constructor() {
    const period = randomBytes(PERIOD);
    this.#bytes = Buffer.concat([period, period.subarray(0, PIECE)]);
  }

  at(position: number, length: number): Buffer {
    const start = position % PERIOD;
    return this.#bytes.subarray(start, start + Math.min(length, PIECE));
  }

  /** Sends bytes from the start of the pattern. */
  async send(socket: TestSocket, length: number): Promise<void> {
    for (let sent = 0; sent < length; ) {
      const taken = socket.offer(this.at(sent, length - sent));
      sent += taken;
      if (taken === 0) await nextTurn();
    }
  }

  /** Takes all that comes until the end. @returns how many bytes came @throws {Error} when one of them is wrong */
  async receive(socket: TestSocket, most = Number.MAX_SAFE_INTEGER): Promise<number> {
    let received = 0;
    while (received < most) {
      const part = await until(`what comes after ${received} bytes`, () =>
        socket.take(Math.min(PIECE, most - received)),
      );
      if (part.length === 0) break;
      if (!part.equals(this.at(received, part.length))) throw new Error(`wrong bytes after ${received} right ones`);
      received += part.length;
    }
    return received;
  }

  /**
   * Sends until no more is taken. It doesn't wait for the last byte to find its place: the longer a kernel is full, the longer
   * it waits before it tries again.
   * @returns how many bytes were taken
   */
  async fill(socket: TestSocket, most: number): Promise<number> {
    let sent = 0;
    for (let refusals = 0; refusals < ENOUGH_REFUSALS && sent < most; ) {
      const taken = socket.offer(this.at(sent, most - sent));
      sent += taken;
      if (taken > 0) continue;
      refusals += 1;
      await shortPause();
    }
    return sent;
  }
}
