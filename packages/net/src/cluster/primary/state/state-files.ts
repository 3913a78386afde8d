// The two files that a primary keeps its state in, written in turn: when a write is interrupted, the other file is whole. Runs in the
// primary, which opens them before the change of user. It does not know what the content means. Whoever cleans up the folder may remove
// them meanwhile: then they are made again.
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, ftruncate, ftruncateSync, lstatSync, readSync, write } from 'node:fs';
import { promisify } from 'node:util';
import { errorMessage } from '@lb/core';
import { loadLibc } from '../../../engine/system/libc.ts';
import { openOwnFile } from './own-file.ts';
import { decodeHeader, encodeHeader, HEADER_LENGTH, type SlotHeader } from './slot-header.ts';

/** Bytes of content that are written or read at most. */
const MOST_BYTES = 64 * 1024 * 1024;

const writeAt = promisify(write);
const truncate = promisify(ftruncate);

interface Slot {
  readonly path: string;
  fd: number;
  /** Absent while it is empty or damaged. */
  header: SlotHeader | undefined;
}

export interface Content {
  readonly text: string;
  /** When its writer was known to run, in ms since the epoch. */
  readonly alive: number;
}

export class StateFiles {
  readonly #slots: readonly Slot[];

  /** @throws {Error} why they cannot be used: a reason of the system, or another process that keeps its state in them */
  static open(paths: readonly [string, string]): StateFiles {
    const slots: Slot[] = [];
    try {
      for (const path of paths) slots.push({ path, fd: openOwnFile(path), header: undefined });
      lock(slots[0] as Slot);
    } catch (error) {
      for (const { fd } of slots) closeSync(fd);
      throw error;
    }
    return new StateFiles(slots);
  }

  private constructor(slots: readonly Slot[]) {
    this.#slots = slots;
  }

  /** Whether one of them was removed, or another one has its name. */
  get isGone(): boolean {
    return this.#slots.some(isGone);
  }

  /**
   * Makes those that are gone again, empty. Not during a write.
   * @throws {Error} why that cannot be. Those that there were stay open
   */
  renew(): void {
    for (const [index, slot] of this.#slots.entries()) {
      if (!isGone(slot)) continue;
      const { path } = slot;
      let fd: number | undefined;
      try {
        fd = openOwnFile(path);
        if (index === 0) lock({ path, fd });
      } catch (error) {
        if (fd !== undefined) closeSync(fd);
        throw new Error(`${path} was removed and cannot be made again: ${errorMessage(error)}`, { cause: error });
      }
      closeSync(slot.fd);
      Object.assign(slot, { fd, header: undefined });
    }
  }

  /** Whether nothing was ever written to them. */
  get isBlank(): boolean {
    return this.#slots.every(({ fd }) => fstatSync(fd).size === 0);
  }

  /** The content written last that is whole, or `undefined`. */
  read(): Content | undefined {
    const contents = this.#slots.flatMap((slot) => {
      const header = decodeHeader(readAt(slot.fd, 0, HEADER_LENGTH));
      if (!header || header.length > MOST_BYTES) return [];
      const bytes = readAt(slot.fd, HEADER_LENGTH, header.length);
      if (createHash('sha256').update(bytes).digest('hex') !== header.digest) return [];
      slot.header = header;
      return [{ sequence: header.sequence, alive: header.alive, text: bytes.toString('utf8') }];
    });
    return contents.sort((one, other) => other.sequence - one.sequence)[0];
  }

  /** Forgets what they have. */
  clear(): void {
    for (const slot of this.#slots) {
      ftruncateSync(slot.fd);
      slot.header = undefined;
    }
  }

  /**
   * Writes a content in place of the older one. One write at a time.
   * @param pieces are made one after the other, each when the one before has been written
   */
  async write(pieces: Iterable<string>): Promise<void> {
    const { newest, oldest } = this.#inOrder();
    const hash = createHash('sha256');
    let length = 0;
    oldest.header = undefined;
    for (const piece of pieces) {
      const bytes = Buffer.from(piece);
      if (length + bytes.length > MOST_BYTES) break;
      hash.update(bytes);
      await writeAll(oldest.fd, bytes, HEADER_LENGTH + length);
      length += bytes.length;
    }
    const sequence = (newest.header?.sequence ?? 0) + 1;
    const header = { sequence, length, alive: Date.now(), digest: hash.digest('hex') };
    await writeAll(oldest.fd, encodeHeader(header), 0);
    oldest.header = header;
    await truncate(oldest.fd, HEADER_LENGTH + length);
  }

  /** Says that the content written last still holds. */
  async stamp(): Promise<void> {
    const { newest } = this.#inOrder();
    if (!newest.header) return;
    newest.header = { ...newest.header, alive: Date.now() };
    await writeAll(newest.fd, encodeHeader(newest.header), 0);
  }

  close(): void {
    for (const { fd } of this.#slots) closeSync(fd);
  }

  #inOrder(): { readonly newest: Slot; readonly oldest: Slot } {
    const sequenceOf = ({ header }: Slot): number => header?.sequence ?? 0;
    const [oldest, newest] = this.#slots.toSorted((one, other) => sequenceOf(one) - sequenceOf(other));
    return { newest: newest as Slot, oldest: oldest as Slot };
  }
}

/** Where the path cannot be looked at, as after a change of user, the number of links says it. */
function isGone({ path, fd }: Slot): boolean {
  const { nlink, ino, dev } = fstatSync(fd);
  if (nlink === 0) return true;
  try {
    const named = lstatSync(path);
    return named.ino !== ino || named.dev !== dev;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** The first of the two stands for both. It is taken with its file, so that a lock on a removed one keeps nobody out. */
function lock({ path, fd }: Pick<Slot, 'path' | 'fd'>): void {
  const libc = loadLibc();
  if (!(libc instanceof Error) && !libc.lock(fd)) throw new Error(`another process uses ${path}`);
}

function readAt(fd: number, position: number, length: number): Buffer {
  const there = Math.max(Math.min(length, fstatSync(fd).size - position), 0);
  const bytes = Buffer.alloc(there);
  let read = 0;
  while (read < there) {
    const count = readSync(fd, bytes, read, there - read, position + read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
}

async function writeAll(fd: number, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await writeAt(fd, bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}
