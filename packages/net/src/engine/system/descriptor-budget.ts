// How many connections this process has descriptors for. A client that is accepted with the last one can't be connected to a
// target, so listeners stop below the limit of open files: clients wait in the kernel's queue then, and lose nothing.
import { readdirSync, readFileSync } from 'node:fs';

/** Descriptors left for what is not a connection: files, look-ups, the channel to the primary. */
const RESERVE = 32;
/** The client's and the target's. */
const PER_CONNECTION = 2;
/** ms between two looks at a bound that other processes share. */
const LOOK = 50;

/** Why no more is accepted: not for lack of descriptors, but since there are as many connections as there may be. */
export const AT_MAX_CONNECTIONS = 'MAX_CONNECTIONS';

export class DescriptorLimit {
  readonly #room: number;
  /** Once full, this many connections have to end before more are taken, so that listeners are not closed and opened for each. */
  readonly #slack: number;
  readonly #whenFree = new Set<() => void>();
  #connections = 0;
  #isReached: (() => boolean) | undefined;
  #looking: NodeJS.Timeout | undefined;

  /** @param descriptors how many connections may take together */
  constructor(descriptors: number) {
    this.#room = Math.floor(descriptors / PER_CONNECTION);
    this.#slack = Math.min(64, Math.ceil(this.#room / 10));
  }

  /** What the system says of this process now; without a limit where it doesn't say. */
  static ofThisProcess(): DescriptorLimit {
    try {
      const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
      return new DescriptorLimit(
        Number(limit ?? Number.POSITIVE_INFINITY) - readdirSync('/proc/self/fd').length - RESERVE,
      );
    } catch {
      return new DescriptorLimit(Number.POSITIVE_INFINITY);
    }
  }

  /** A bound besides, which may depend on other processes. */
  alsoBoundedBy(isReached: (() => boolean) | undefined): void {
    this.#isReached = isReached;
  }

  get isFull(): boolean {
    return this.#connections >= this.#room || (this.#isReached?.() ?? false);
  }

  /** Why it is full: a code of the system's, or `AT_MAX_CONNECTIONS`. */
  get reason(): string {
    return this.#connections >= this.#room ? 'EMFILE' : AT_MAX_CONNECTIONS;
  }

  /** Counts a connection until `give`. */
  take(): void {
    this.#connections += 1;
  }

  give(): void {
    this.#connections -= 1;
    if (this.#whenFree.size > 0 && this.#connections <= this.#room - this.#slack) this.#tell();
  }

  #lookAgain(): void {
    this.#looking ??= setInterval(() => this.#tell(), LOOK).unref();
  }

  #tell(): void {
    if (this.#isReached?.()) return this.#lookAgain();
    clearInterval(this.#looking);
    this.#looking = undefined;
    const waiting = [...this.#whenFree];
    this.#whenFree.clear();
    for (const tell of waiting) tell();
  }

  /** Calls once, when there is room again. @returns how to call that off */
  whenFree(tell: () => void): () => void {
    this.#whenFree.add(tell);
    // Room that others have made is seen by looking only.
    if (this.#connections < this.#room) this.#lookAgain();
    return () => this.#whenFree.delete(tell);
  }
}

let limit: DescriptorLimit | undefined;

/** The limit of this process, shared by all its listeners. */
export function descriptorLimit(): DescriptorLimit {
  limit ??= DescriptorLimit.ofThisProcess();
  return limit;
}
