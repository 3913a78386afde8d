// IP addresses as numbers and as text, and nothing else: no sockets, no names. Text forms are those of RFC 4291 and RFC 5952.

/** The dotted text of a 32-bit number. */
export function ipv4Text(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** The 32-bit number of dotted text, or undefined. As in `inet_pton`, a number has no leading zero: some read it as octal. */
export function parseIpv4(text: string): number | undefined {
  let value = 0;
  let parts = 0;
  for (let at = 0; parts < 4; at += 1) {
    const start = at;
    let part = 0;
    for (let digit = digitAt(text, at); digit < 10; digit = digitAt(text, at)) {
      part = part * 10 + digit;
      at += 1;
    }
    const length = at - start;
    if (length === 0 || length > 3 || part > 255 || (length > 1 && text[start] === '0')) return undefined;
    value = value * 256 + part;
    parts += 1;
    if (at === text.length) break;
    if (text[at] !== '.' || parts === 4) return undefined;
  }
  return parts === 4 ? value : undefined;
}

/** The eight groups of an IPv6 address (RFC 4291, section 2.2), or undefined. */
export function parseIpv6(text: string): number[] | undefined {
  const groups: number[] = [];
  let gap = text.startsWith('::') ? 0 : -1;
  for (let at = gap === 0 ? 2 : 0; at < text.length || gap !== groups.length; at += 1) {
    const start = at;
    let group = 0;
    for (let digit = digitAt(text, at); digit < 16 && at < start + 4; digit = digitAt(text, at)) {
      group = group * 16 + digit;
      at += 1;
    }
    if (text[at] === '.') {
      const last = parseIpv4(text.slice(start));
      if (last === undefined) return undefined;
      groups.push(last >>> 16, last & 0xffff);
      break;
    }
    if (at === start || groups.push(group) > 8) return undefined;
    if (at === text.length) break;
    if (text[at] !== ':') return undefined;
    if (text[at + 1] === ':') {
      if (gap >= 0) return undefined;
      gap = groups.length;
      at += 1;
    }
  }
  if (gap < 0) return groups.length === 8 ? groups : undefined;
  if (groups.length > 7) return undefined;
  return [...groups.slice(0, gap), ...new Array<number>(8 - groups.length).fill(0), ...groups.slice(gap)];
}

/** The value of a decimal or hexadecimal digit; 16 for anything else and past the end. */
function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : 16;
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

/** How Node writes every IPv4 client of a dual-stack listener. */
const MAPPED = '::ffff:';

/** An address as a number (IPv4, and IPv4-mapped IPv6) or as eight groups, its zone left out; undefined when it is none. */
export function parseAddress(address: string): number | number[] | undefined {
  if (!address.includes(':')) return parseIpv4(address);
  const mapped = address.startsWith(MAPPED) ? parseIpv4(address.slice(MAPPED.length)) : undefined;
  if (mapped !== undefined) return mapped;
  const zone = address.indexOf('%');
  const groups = parseIpv6(zone < 0 ? address : address.slice(0, zone));
  if (groups?.[5] !== 0xffff || groups.some((group, index) => index < 5 && group !== 0)) return groups;
  return (groups[6] as number) * 0x10000 + (groups[7] as number);
}

/** An address as people write it: IPv4-mapped IPv6 as IPv4, without a zone. Text that is no address comes back as it was. */
export function plainAddress(address: string): string {
  if (!address.includes(':')) return address;
  const parsed = parseAddress(address);
  if (parsed === undefined) return address;
  return typeof parsed === 'number' ? ipv4Text(parsed) : ipv6Text(parsed);
}
