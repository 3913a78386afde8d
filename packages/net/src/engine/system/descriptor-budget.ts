// How many connections this process has descriptors for. A client that is accepted with the last one can't be connected to a
// target, so acceptors stop below the limit of open files: clients wait in the kernel's queue then, and lose nothing. One for a
// process, shared by all that accepts in it.
import { readdirSync, readFileSync } from 'node:fs';

/** Descriptors left for what is not a connection: files, look-ups, the channel to the primary. */
const RESERVE = 32;
/** The client's and the target's. */
const PER_CONNECTION = 2;

export class DescriptorBudget {
  readonly #room: number;
  /** Once full, this many connections have to end before more are taken, so that acceptors are not paused and resumed for each. */
  readonly #slack: number;
  readonly #whenFree = new Set<() => void>();
  #connections = 0;

  /** @param descriptors how many connections may take together */
  constructor(descriptors: number) {
    // Where there are fewer than the reserve, one connection at a time is tried.
    this.#room = Math.max(Math.floor(descriptors / PER_CONNECTION), 0);
    this.#slack = Math.min(64, Math.ceil(this.#room / 10));
  }

  /** What the system says of this process now; without a limit where it doesn't say. */
  static ofThisProcess(): DescriptorBudget {
    try {
      const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
      return new DescriptorBudget(
        Number(limit ?? Number.POSITIVE_INFINITY) - readdirSync('/proc/self/fd').length - RESERVE,
      );
    } catch {
      return new DescriptorBudget(Number.POSITIVE_INFINITY);
    }
  }

  get isFull(): boolean {
    return this.#connections >= this.#room;
  }

  /** Counts a connection until `give`. */
  take(): void {
    this.#connections += 1;
  }

  give(): void {
    this.#connections -= 1;
    if (this.#whenFree.size > 0 && this.#connections <= this.#room - this.#slack) this.#tell();
  }

  /** Calls once, when there is room again. @returns how to call that off */
  whenFree(tell: () => void): () => void {
    this.#whenFree.add(tell);
    return () => this.#whenFree.delete(tell);
  }

  #tell(): void {
    const waiting = [...this.#whenFree];
    this.#whenFree.clear();
    for (const tell of waiting) tell();
  }
}
