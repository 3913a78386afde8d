// Several addresses of one target, raced for one connection (RFC 8305): the first that completes wins. It knows no target.
import type { Endpoint } from '../../base/endpoint.ts';
import { ConnectError } from '../../engine/connect-error.ts';
import type { Dial, DialDone, Upstream } from '../../engine/engine.ts';

/** ms after which the next address is tried beside those that are silent. */
const NEXT = 250;

export interface Racer {
  /** ms that are left. */
  dialTime(): number;
  dialAddress(endpoint: Endpoint, done: DialDone): Dial;
  /** @param result what was reached there, or the last error of all */
  raced(result: Upstream | ConnectError, endpoint: Endpoint): void;
}

export class AddressRace implements Dial {
  readonly #racer: Racer;
  readonly #left: Endpoint[];
  readonly #dials = new Map<Endpoint, Dial>();
  #timer: NodeJS.Timeout | undefined;

  /** Begins with the first; each other one when the one before has failed or been silent for a moment. */
  constructor(racer: Racer, endpoints: readonly Endpoint[]) {
    this.#racer = racer;
    this.#left = [...endpoints];
    this.#next();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    for (const dial of this.#dials.values()) dial.cancel();
  }

  #next(): void {
    clearTimeout(this.#timer);
    const endpoint = this.#left.shift();
    if (!endpoint) return;
    const dial = this.#racer.dialAddress(endpoint, (result) => this.#ended(endpoint, result));
    this.#dials.set(endpoint, dial);
    if (this.#left.length > 0) this.#timer = setTimeout(this.#nextInTime, NEXT);
  }

  readonly #nextInTime = (): void => {
    if (this.#racer.dialTime() > 0) this.#next();
  };

  #ended(endpoint: Endpoint, result: Upstream | ConnectError): void {
    this.#dials.delete(endpoint);
    if (!(result instanceof ConnectError)) {
      this.cancel();
      return this.#racer.raced(result, endpoint);
    }
    if (this.#left.length > 0 && goesOn(result, this.#racer.dialTime())) return this.#next();
    this.#left.length = 0;
    clearTimeout(this.#timer);
    if (this.#dials.size === 0) this.#racer.raced(result, endpoint);
  }
}

/** Whether the next address is tried after an error. What this machine lacks it would lack for that one, too, but for an address or port. */
export function goesOn({ source, code }: ConnectError, time: number): boolean {
  return time > 0 && (source === 'upstream' || code === 'EADDRNOTAVAIL');
}
