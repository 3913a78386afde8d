// Endpoints as `connect` takes them. They live long and are dialled often, so each is encoded once.
import type { Endpoint } from '../../base/endpoint.ts';
import type { Libc, Pointer } from '../system/libc.ts';
import { encodeEndpoint } from '../system/sockaddr.ts';

/** A `sockaddr` that stays where it is as long as this is referenced. */
export interface EndpointAddress {
  readonly family: number;
  readonly pointer: Pointer;
  readonly length: number;
  readonly bytes: Buffer;
}

export class EndpointAddresses {
  readonly #libc: Libc;
  readonly #known = new WeakMap<Endpoint, EndpointAddress>();

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  of(endpoint: Endpoint): EndpointAddress {
    const known = this.#known.get(endpoint);
    if (known) return known;
    const bytes = encodeEndpoint(endpoint);
    const address = {
      family: bytes.readUInt16LE(0),
      pointer: this.#libc.pointer(bytes),
      length: bytes.length,
      bytes,
    };
    this.#known.set(endpoint, address);
    return address;
  }
}
