// Simulated clients, each with a loopback address of its own, that come, stay a while and leave.
// They show what one browser can't: where new clients go. Where a system has only 127.0.0.1, there are none.
import { createSocket } from 'node:dgram';
import type { Visitor } from './protocol.ts';
import { Visit } from './visit.ts';

const SIZE = 18;
const CHANGE_INTERVAL = 1200;
const ADDRESSES = 65_000;

export async function crowdIsPossible(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => socket.close(() => resolve(false)));
    socket.bind({ address: addressOf(0), port: 0 }, () => socket.close(() => resolve(true)));
  });
}

export class Crowd {
  readonly #port: number;
  readonly #changed: (visitors: readonly Visitor[]) => void;
  readonly #visits: Visit[] = [];
  readonly #timer: NodeJS.Timeout;
  #arrivals = 0;

  constructor(port: number, changed: (visitors: readonly Visitor[]) => void) {
    this.#port = port;
    this.#changed = changed;
    for (let index = 0; index < SIZE; index++) this.#arrive();
    this.#timer = setInterval(() => this.#change(), CHANGE_INTERVAL);
  }

  end(): void {
    clearInterval(this.#timer);
    for (const visit of this.#visits.splice(0)) visit.end();
  }

  /** The one that has been here longest leaves, and someone new comes. */
  #change(): void {
    this.#visits.shift()?.end();
    this.#arrive();
  }

  #arrive(): void {
    const address = addressOf(this.#arrivals++);
    this.#visits.push(new Visit(address, this.#port, () => this.#tell()));
  }

  #tell(): void {
    this.#changed(this.#visits.map(({ address, target }) => ({ address, target })));
  }
}

/** 127.1.0.1, 127.1.0.2 and so on: none that is used again within a day. */
function addressOf(arrival: number): string {
  const host = (arrival % ADDRESSES) + 1;
  return `127.1.${host >> 8}.${host & 255}`;
}
