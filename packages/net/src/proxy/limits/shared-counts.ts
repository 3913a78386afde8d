// What all workers of a balancer count together, in memory that they share: each has a region that it alone writes, and reads
// those of the others. No message is needed, and what a worker that dies has counted goes with it.
import { CLIENT_TABLE_WORDS, type ClientHash, ClientTable } from './client-table.ts';

/** Regions for the workers of a balancer, and for those that were replaced and still have connections. */
export const MOST_REGIONS = 512;

/** Of each region, side by side: whether it is in use, and how many connections its process has. */
const HEADER = 2;
const IN_USE = 0;
const CONNECTIONS = 1;
/** How many regions have been in use: those beyond need no look. */
const REACHED = MOST_REGIONS * HEADER;
/** A whole page more, so that the tables begin at one, and nobody writes beside what all read. */
const HEADERS = REACHED + 1_024;

/** Bytes of the memory. Those that nobody touches cost nothing. */
export function sharedBytes(regions: number): number {
  return (HEADERS + regions * CLIENT_TABLE_WORDS) * Uint32Array.BYTES_PER_ELEMENT;
}

/** Where something is counted, until `end`. */
export type Counted = number;

export class SharedCounts {
  readonly #words: Uint32Array;
  readonly #tables: (ClientTable | undefined)[] = [];
  readonly #own: number;

  /** @param memory as many bytes as `sharedBytes` says, all 0 at first @param own the region that this process writes */
  constructor(memory: ArrayBuffer, own: number) {
    this.#words = new Uint32Array(memory);
    this.#own = own;
    this.#words[own * HEADER + IN_USE] = 1;
    if (this.#reached <= own) this.#words[REACHED] = own + 1;
  }

  /** Has all processes look at a region from now on. To be called by one of them, before the region's process begins. */
  static allot(memory: ArrayBuffer, region: number): void {
    const words = new Uint32Array(memory);
    words[REACHED] = Math.max(words[REACHED] as number, region + 1);
  }

  /** Forgets what the process of a region has counted. For when it is gone. */
  static clear(memory: ArrayBuffer, region: number): void {
    const words = new Uint32Array(memory);
    if (words[region * HEADER + IN_USE] === 0) return;
    words.fill(0, region * HEADER, (region + 1) * HEADER);
    const from = HEADERS + region * CLIENT_TABLE_WORDS;
    words.fill(0, from, from + CLIENT_TABLE_WORDS);
  }

  /** Connections of all processes. */
  get connections(): number {
    let sum = 0;
    const reached = this.#reached;
    for (let region = 0; region < reached; region += 1) sum += this.#words[region * HEADER + CONNECTIONS] as number;
    return sum;
  }

  opened(): void {
    this.#add(1);
  }

  closed(): void {
    this.#add(-1);
  }

  /** Connections that something has open in all processes. */
  live(what: ClientHash): number {
    return this.#sum((table) => table.live(what));
  }

  /** As `live`, without those of this process. */
  liveElsewhere(what: ClientHash): number {
    return this.#sum((table) => table.live(what), this.#own);
  }

  /** Connections that something has begun lately in all processes. @param now in windows, with a fraction */
  begunLately(what: ClientHash, now: number): number {
    return this.#sum((table) => table.begunLately(what, now));
  }

  /** Counts a connection. @returns what to hand to `end`; `undefined` where there is no room to count it */
  begin(what: ClientHash, now: number): Counted | undefined {
    return this.#table(this.#own).begin(what, now);
  }

  /** Says how many connections something has here, in place of counting each. */
  set(what: ClientHash, connections: number): void {
    this.#table(this.#own).set(what, connections);
  }

  end(counted: Counted): void {
    this.#table(this.#own).end(counted);
  }

  get #reached(): number {
    return this.#words[REACHED] as number;
  }

  #add(connections: 1 | -1): void {
    const at = this.#own * HEADER + CONNECTIONS;
    this.#words[at] = (this.#words[at] as number) + connections;
  }

  #sum(of: (table: ClientTable) => number, except = -1): number {
    let sum = 0;
    const reached = this.#reached;
    for (let region = 0; region < reached; region += 1) {
      if (this.#words[region * HEADER + IN_USE] !== 0 && region !== except) sum += of(this.#table(region));
    }
    return sum;
  }

  #table(region: number): ClientTable {
    let table = this.#tables[region];
    if (!table) {
      const from = HEADERS + region * CLIENT_TABLE_WORDS;
      table = new ClientTable(this.#words.subarray(from, from + CLIENT_TABLE_WORDS));
      this.#tables[region] = table;
    }
    return table;
  }
}
