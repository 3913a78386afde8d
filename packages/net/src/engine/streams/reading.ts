// Reading a dialled socket: into one buffer for the whole process, and from there into blocks that are used again. Node's own
// way is a new block for each read, hundreds of which wait to be collected, and one more block after it was told to pause. It
// offers no other one for accepted sockets.
import type { Socket } from 'node:net';

/** Bytes read at a time. */
const SIZE = 65_536;
/** What is shorter is copied to memory of its own size, for a slow reader would hold a block for each. */
const SHORT = SIZE / 2;
/** What is shorter still is copied to memory that Node shares out. */
const TINY = 4_096;
/** Blocks that are kept for the next slow reader. */
const SPARE = 64;

/** Where all dialled sockets read to; nobody keeps a part of it. */
export const scratch = Buffer.allocUnsafeSlow(SIZE);

const spare: Buffer[] = [];

export class Reading {
  /** Where the bytes go. Nothing is read before. */
  to: Socket | undefined;

  /** @returns whether there may be more */
  take(length: number): boolean {
    const { to } = this;
    if (!to) return false;
    if (length < TINY) return to.write(Buffer.from(scratch.subarray(0, length)));
    if (length < SHORT) return to.write(copied(length, Buffer.allocUnsafeSlow(length)));
    const block = spare.pop() ?? Buffer.allocUnsafeSlow(SIZE);
    return to.write(copied(length, block), () => {
      if (spare.length < SPARE) spare.push(block);
    });
  }
}

function copied(length: number, to: Buffer): Buffer {
  scratch.copy(to, 0, 0, length);
  return to.subarray(0, length);
}
