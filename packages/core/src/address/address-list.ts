// A set of IP addresses and ranges. It knows nothing of connections, nor of whether its members are welcome.
// A range is written as RFC 4632 (IPv4) and RFC 4291, section 2.3 (IPv6) have it: an address, a slash, and a count of bits.
import { parseAddress, parseIpv4, parseIpv6 } from './address.ts';

/** Bits before the IPv4 address in an IPv4-mapped one. */
const MAPPED_BITS = 96;

interface Range {
  /** A number for IPv4, eight groups for IPv6. */
  readonly base: number | readonly number[];
  /** Leading bits that count. */
  readonly prefix: number;
}

export class AddressList {
  readonly #ranges: readonly Range[];

  /**
   * @param entries addresses and ranges; bits beyond a range's prefix are ignored. An IPv4-mapped entry means the IPv4
   *   addresses, and no other IPv6 range holds one
   * @throws {RangeError} for an entry that is neither, with the reason
   */
  constructor(entries: readonly string[]) {
    this.#ranges = entries.map((entry) => {
      const range = parseRange(entry);
      if ('fault' in range) throw new RangeError(`${JSON.stringify(entry)}: ${range.fault}`);
      return range;
    });
  }

  /** What is wrong with an entry, if anything. */
  static faultOf(entry: string): string | undefined {
    const range = parseRange(entry);
    return 'fault' in range ? range.fault : undefined;
  }

  /** Whether the list holds an address; undefined for text that is no address. Takes time in proportion to its entries. */
  has(address: string): boolean | undefined {
    const parsed = parseAddress(address);
    return parsed === undefined ? undefined : this.#ranges.some((range) => holds(range, parsed));
  }
}

function parseRange(entry: string): Range | { readonly fault: string } {
  const slash = entry.indexOf('/');
  const address = slash < 0 ? entry : entry.slice(0, slash);
  const ipv4 = parseIpv4(address);
  const groups = ipv4 === undefined ? parseIpv6(address.replace(/%.*$/, '')) : undefined;
  if (ipv4 === undefined && groups === undefined) return { fault: 'its address is neither IPv4 nor IPv6' };
  if (address.includes('%')) return { fault: 'an address of a list has no zone ("%...")' };
  const bits = groups ? 128 : 32;
  const prefix = slash < 0 ? bits : parsePrefix(entry.slice(slash + 1));
  if (prefix > bits)
    return { fault: `the prefix of an IPv${groups ? 6 : 4} range is a whole number from 0 to ${bits}` };
  if (!groups) return { base: ipv4 as number, prefix };
  const plain = parseAddress(address);
  if (typeof plain === 'number' && prefix >= MAPPED_BITS) return { base: plain, prefix: prefix - MAPPED_BITS };
  return { base: groups, prefix };
}

function parsePrefix(text: string): number {
  return /^(0|[1-9]\d{0,2})$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
}

function holds({ base, prefix }: Range, address: number | readonly number[]): boolean {
  if (typeof base === 'number') return typeof address === 'number' && agree(base, address, prefix, 32);
  if (typeof address === 'number') return false;
  return base.every((group, at) =>
    agree(group, address[at] as number, Math.min(Math.max(prefix - at * 16, 0), 16), 16),
  );
}

/** Whether two numbers of `width` bits agree in their first `bits`. */
function agree(one: number, other: number, bits: number, width: number): boolean {
  return bits === 0 || (one ^ other) >>> (width - bits) === 0;
}
