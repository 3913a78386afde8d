// What one process knows of many clients: how many connections each has, and how many it has begun lately. A piece of memory of
// fixed size, so that it outlives any number of addresses; other processes may read it while it is written.
// A set-associative table, as caches have: a client has a few places where it may be, and the one longest quiet makes room.

/** What stands for a client: two 32-bit halves of a keyed hash. Two clients of the same hash count as one. */
export interface ClientHash {
  readonly high: number;
  readonly low: number;
}

const BUCKETS = 4_096;
const WAYS = 8;
/** 32-bit words of an entry, and what each is. */
const ENTRY = 8;
const HIGH = 0;
const LOW = 1;
/** Connections open. */
const LIVE = 2;
/** The number of the last window in which it began a connection, how many in that one, and how many in the one before. */
const WINDOW = 3;
const IN_WINDOW = 4;
const BEFORE = 5;
/** When it was here last, in connections of all clients. */
const LAST = 6;

export const CLIENT_TABLE_WORDS: number = BUCKETS * WAYS * ENTRY;

export class ClientTable {
  readonly #words: Uint32Array;
  #connections = 0;

  /** @param words `CLIENT_TABLE_WORDS` of them, all 0 at first */
  constructor(words: Uint32Array) {
    this.#words = words;
  }

  /** Connections that a client has open. */
  live(client: ClientHash): number {
    const at = this.#find(client);
    return at < 0 ? 0 : this.#word(at + LIVE);
  }

  /**
   * Connections that a client has begun within the last window's length, on the assumption that those of the window before
   * were spread over it evenly.
   * @param now in windows, with a fraction
   */
  begunLately(client: ClientHash, now: number): number {
    const at = this.#find(client);
    if (at < 0) return 0;
    const window = Math.floor(now);
    // Windows are counted modulo 2^32.
    const age = (window - this.#word(at + WINDOW)) >>> 0;
    const left = 1 - (now - window);
    if (age === 0) return this.#word(at + IN_WINDOW) + this.#word(at + BEFORE) * left;
    return age === 1 ? this.#word(at + IN_WINDOW) * left : 0;
  }

  /** Counts a connection. @returns where it is counted, for `end`; `undefined` when all places are taken by connected clients */
  begin(client: ClientHash, now: number): number | undefined {
    let at = this.#find(client);
    if (at < 0) at = this.#claim(client);
    if (at < 0) return undefined;
    const words = this.#words;
    const window = Math.floor(now) >>> 0;
    const age = (window - this.#word(at + WINDOW)) >>> 0;
    if (age !== 0) {
      words[at + BEFORE] = age === 1 ? this.#word(at + IN_WINDOW) : 0;
      words[at + IN_WINDOW] = 0;
      words[at + WINDOW] = window;
    }
    words[at + IN_WINDOW] = this.#word(at + IN_WINDOW) + 1;
    words[at + LIVE] = this.#word(at + LIVE) + 1;
    this.#connections += 1;
    words[at + LAST] = this.#connections;
    return at;
  }

  /** Says how many connections are open, in place of counting each. */
  set(client: ClientHash, live: number): void {
    let at = this.#find(client);
    if (at < 0) at = this.#claim(client);
    if (at >= 0) this.#words[at + LIVE] = live;
  }

  /** @param at what `begin` has returned */
  end(at: number): void {
    this.#words[at + LIVE] = this.#word(at + LIVE) - 1;
  }

  #find({ high, low }: ClientHash): number {
    const from = bucketOf(low);
    for (let at = from; at < from + WAYS * ENTRY; at += ENTRY) {
      if (this.#words[at + HIGH] === high && this.#words[at + LOW] === low) return at;
    }
    return -1;
  }

  /** Takes the place of the client that has been quiet longest and has no connection. */
  #claim({ high, low }: ClientHash): number {
    const from = bucketOf(low);
    let best = -1;
    for (let at = from; at < from + WAYS * ENTRY; at += ENTRY) {
      if (this.#word(at + LIVE) > 0) continue;
      if (best < 0 || this.#word(at + LAST) < this.#word(best + LAST)) best = at;
    }
    if (best < 0) return -1;
    this.#words.fill(0, best, best + ENTRY);
    this.#words[best + HIGH] = high;
    this.#words[best + LOW] = low;
    return best;
  }

  #word(at: number): number {
    return this.#words[at] as number;
  }
}

function bucketOf(low: number): number {
  return (low % BUCKETS) * WAYS * ENTRY;
}
