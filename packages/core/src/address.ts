// IP addresses as numbers and as text, and nothing else: no sockets, no names. Text forms are those of RFC 4291 and RFC 5952.

/** The dotted text of a 32-bit number. */
export function ipv4Text(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** The 32-bit number of dotted text, or undefined. */
export function parseIpv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

/** The eight groups of an IPv6 address (RFC 4291, section 2.2), or undefined. */
export function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(parseGroups);
  if (!head || (halves.length === 2 && !tail)) return undefined;
  if (!tail) return head.length === 8 ? head : undefined;
  const gap = 8 - head.length - tail.length;
  return gap > 0 ? [...head, ...new Array<number>(gap).fill(0), ...tail] : undefined;
}

function parseGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (part.includes('.') && index === parts.length - 1) {
      const value = parseIpv4(part);
      if (value === undefined) return undefined;
      groups.push(value >>> 16, value & 0xffff);
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

/** The shortest text of eight groups: the longest run of zeros, if longer than one, becomes `::` (RFC 5952, section 4). */
export function ipv6Text(groups: readonly number[]): string {
  let start = -1;
  let length = 1;
  for (let from = 0, at = 0; at <= groups.length; at += 1) {
    if (groups[at] === 0) continue;
    if (at - from > length) {
      start = from;
      length = at - from;
    }
    from = at + 1;
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return start < 0 ? text(groups) : `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

const IPV4_MAPPED = '::ffff:';

/** An address as people write it: IPv4-mapped IPv6 as IPv4, without a zone. Text that is no address comes back as it was. */
export function plainAddress(address: string): string {
  if (!address.includes(':')) return address;
  const zone = address.indexOf('%');
  const text = (zone < 0 ? address : address.slice(0, zone)).toLowerCase();
  if (text.startsWith(IPV4_MAPPED) && text.includes('.')) return text.slice(IPV4_MAPPED.length);
  const groups = parseIpv6(text);
  if (!groups) return address;
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  return mapped ? ipv4Text((((groups[6] ?? 0) << 16) | (groups[7] ?? 0)) >>> 0) : ipv6Text(groups);
}
