// What a process of the balancer writes its log to: one descriptor, written to at once, and never waited for. What it doesn't
// take waits here, up to a bound; lines beyond it are dropped, and their number is reported once there is room again.
// It knows nothing of loggers.
import { type WriteNow, writerOf } from './write-now.ts';

/** Bytes that wait for the descriptor at most: a reader that is a moment late loses nothing. */
const MOST_WAITING = 262_144;
/** ms before what waits is tried again: doubled while nothing moves, up to the longest. */
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 1_000;

export class LogOutput {
  /** Called with how many lines were dropped, and why, once there is room to say so. */
  onDropped: (lines: number, reason: string) => void = () => {};
  readonly #writeNow: WriteNow;
  /** The first of them may have been written in part. */
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #dropped = 0;
  #reason = '';
  #pause = FIRST_PAUSE;
  #timer: NodeJS.Timeout | undefined;

  constructor(fd: number, writeNow: WriteNow = writerOf(fd)) {
    this.#writeNow = writeNow;
    process.on('exit', () => this.#empty());
  }

  /** Takes a line, or drops it. Returns at once and throws nothing. */
  write(line: string | Uint8Array): void {
    if (this.#empty() && this.#dropped > 0) this.#report();
    const bytes = typeof line === 'string' ? Buffer.from(line) : line;
    const written = this.#waiting.length > 0 ? 0 : this.#attempt(bytes);
    if (written === bytes.length) return;
    // A line that has begun is completed, however long it is.
    if (written === 0 && this.#waitingBytes + bytes.length > MOST_WAITING) this.#dropped += 1;
    else this.#keep(bytes.slice(written));
    this.#tryLater();
  }

  /** Writes what waits. @returns whether nothing waits any more */
  #empty(): boolean {
    // Line by line: a pipe takes a short one in one piece, so that no line of another process comes between.
    for (let line = this.#waiting[0]; line; line = this.#waiting[0]) {
      const written = this.#attempt(line);
      this.#waitingBytes -= written;
      if (written < line.length) {
        this.#waiting[0] = line.subarray(written);
        return false;
      }
      this.#waiting.shift();
    }
    return true;
  }

  #keep(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  #report(): void {
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.onDropped(dropped, this.#reason);
  }

  /** @returns how many bytes the descriptor has taken */
  #attempt(bytes: Uint8Array): number {
    try {
      const written = this.#writeNow(bytes);
      this.#pause = FIRST_PAUSE;
      return written;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const isFull = code === 'EAGAIN';
      this.#reason = isFull ? 'the reader of the log was too slow' : `the log could not be written: ${code ?? message}`;
      return 0;
    }
  }

  #tryLater(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#empty() && this.#dropped > 0) this.#report();
      if (this.#waiting.length > 0 || this.#dropped > 0) this.#tryLater();
    }, this.#pause).unref();
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }
}
