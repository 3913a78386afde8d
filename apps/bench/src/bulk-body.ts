// The body of the bulk transfers: every eight bytes are their own number, so that a lost or swapped one shows.
import { open } from 'node:fs/promises';

export const BULK_SIZE = 100_000_000;
const CHUNK = 1_000_000;

export async function bulkFile(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (let at = 0; at < BULK_SIZE; at += CHUNK) await file.write(bulkBytes(at, CHUNK));
  } finally {
    await file.close();
  }
}

/** `length` bytes of it from `start`; both are multiples of 8. */
export function bulkBytes(start: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at += 8) bytes.writeDoubleBE((start + at) / 8, at);
  return bytes;
}

/** Whether a piece that begins at `start` is right where it begins and where it ends. */
export function isBulkAt(piece: Buffer, start: number): boolean {
  const first = (8 - (start % 8)) % 8;
  const last = piece.length - ((start + piece.length) % 8) - 8;
  const right = (at: number) => at < 0 || at + 8 > piece.length || piece.readDoubleBE(at) === (start + at) / 8;
  return right(first) && (last < first || right(last));
}
