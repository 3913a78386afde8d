// A set of IP addresses and ranges. It knows nothing of connections, nor of whether its members are welcome.
import { BlockList, isIP } from 'node:net';
import { plainAddress } from '@lb/core';
import { MiddlewareError } from './errors.ts';

const HINT = 'Write an address ("192.0.2.7", "2001:db8::7") or a range ("192.0.2.0/24", "2001:db8::/32").';
const MAPPED_BITS = 96;

export class AddressList {
  // One list a family: a BlockList also compares across families, so that "::/0" would hold every IPv4 address.
  readonly #ipv4 = new BlockList();
  readonly #ipv6 = new BlockList();

  /**
   * @param owner the function that the list was given to, for messages
   * @throws {MiddlewareError} ADDRESS_LIST_INVALID
   */
  constructor(owner: string, entries: readonly string[]) {
    if (!Array.isArray(entries)) throw invalid(`${owner}: the list has to be an array of text. ${HINT}`);
    for (const [index, entry] of entries.entries()) {
      const fault = typeof entry === 'string' ? this.#add(entry) : 'it is not text';
      if (!fault) continue;
      const shown = typeof entry === 'string' ? JSON.stringify(entry) : String(entry);
      throw invalid(`${owner}: entry ${index + 1} of ${entries.length}, ${shown}, cannot be used: ${fault}. ${HINT}`);
    }
  }

  /** Whether the list holds an address; undefined for text that is no address. */
  has(address: string): boolean | undefined {
    const plain = plainAddress(address);
    const family = isIP(plain);
    if (family === 0) return undefined;
    return family === 4 ? this.#ipv4.check(plain, 'ipv4') : this.#ipv6.check(plain, 'ipv6');
  }

  /** Adds an entry, or says what is wrong with it. */
  #add(entry: string): string | undefined {
    const slash = entry.indexOf('/');
    const address = slash < 0 ? entry : entry.slice(0, slash);
    const family = isIP(address);
    if (family === 0) return 'its address is neither IPv4 nor IPv6';
    if (address.includes('%')) return 'an address of a list has no zone ("%...")';
    const bits = family === 4 ? 32 : 128;
    const prefix = slash < 0 ? bits : parsePrefix(entry.slice(slash + 1));
    if (prefix > bits) return `the prefix of an IPv${family} range is a whole number from 0 to ${bits}`;
    this.#addRange(address, family, prefix);
    return undefined;
  }

  #addRange(address: string, family: number, prefix: number): void {
    const plain = plainAddress(address);
    if (family === 4) this.#ipv4.addSubnet(address, prefix, 'ipv4');
    else if (isIP(plain) === 4 && prefix >= MAPPED_BITS) this.#ipv4.addSubnet(plain, prefix - MAPPED_BITS, 'ipv4');
    else this.#ipv6.addSubnet(address, prefix, 'ipv6');
  }
}

function parsePrefix(text: string): number {
  return /^(0|[1-9]\d{0,2})$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
}

function invalid(message: string): MiddlewareError {
  return new MiddlewareError('ADDRESS_LIST_INVALID', message);
}
