// A worker's sign of life, in the memory that it shares with its primary: a number that rises, and the client that it is asking
// its middleware about. The worker writes, the primary reads; what it reads there is not trusted.
import { isIP } from 'node:net';
import { MOST_REGIONS, sharedBytes } from '../../proxy/limits/shared-counts.ts';

/** A cache line for each worker, so that no beat slows down another worker. */
const PULSE_BYTES = 64;
const ADDRESS_AT = 8;
const LONGEST_ADDRESS = PULSE_BYTES - ADDRESS_AT;
/** 32-bit words: how often it has beaten, and how long the address is. */
const BEATS = 0;
const LENGTH = 1;
/** The pulses lie behind all that the workers count. */
const PULSES_AT = sharedBytes(MOST_REGIONS);

/** Bytes of the memory that a primary and its workers share. */
export const CLUSTER_BYTES: number = PULSES_AT + MOST_REGIONS * PULSE_BYTES;

export class Pulse {
  readonly #words: Uint32Array;
  readonly #address: Buffer;

  /** @param memory of `CLUSTER_BYTES` @param region the number of the worker's part */
  constructor(memory: ArrayBuffer, region: number) {
    const from = PULSES_AT + region * PULSE_BYTES;
    this.#words = new Uint32Array(memory, from, 2);
    this.#address = Buffer.from(memory, from + ADDRESS_AT, LONGEST_ADDRESS);
  }

  /** Modulo 2^32. */
  get beats(): number {
    return this.#words[BEATS] as number;
  }

  beat(): void {
    this.#words[BEATS] = this.beats + 1;
  }

  /** The client that the middleware is asked about just now. Only while its functions run: what they wait for later is not seen. */
  get askedAbout(): string | undefined {
    const length = Math.min(this.#words[LENGTH] as number, LONGEST_ADDRESS);
    const address = this.#address.toString('latin1', 0, length);
    return isIP(address) > 0 ? address : undefined;
  }

  asking(address: string): void {
    this.#words[LENGTH] = this.#address.write(address, 'latin1');
  }

  answered(): void {
    this.#words[LENGTH] = 0;
  }

  /** Forgets what the worker has written. For when it is gone. */
  clear(): void {
    this.#words.fill(0);
  }
}
