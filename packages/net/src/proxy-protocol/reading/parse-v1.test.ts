import { describe, expect, it } from 'vitest';
import { parseProxyHeader } from './parse-proxy-header.ts';

const parse = (text: string) => parseProxyHeader(Buffer.from(text, 'latin1'));

/** 39 characters, the longest an address is in groups alone. */
const LONGEST = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';

describe('a line of version 1', () => {
  it.each([
    ['the example', 'PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n', '192.168.0.1', 56_324, '192.168.0.11', 443],
    [
      'the longest for IPv4, 56 bytes',
      'PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n',
      '255.255.255.255',
      65_535,
      '255.255.255.255',
      65_535,
    ],
    [
      'the longest for IPv6, 104 bytes',
      `PROXY TCP6 ${LONGEST} ${LONGEST} 65535 65535\r\n`,
      LONGEST,
      65_535,
      LONGEST,
      65_535,
    ],
    ['the shortest for IPv4', 'PROXY TCP4 0.0.0.0 1.1.1.1 0 1\r\n', '0.0.0.0', 0, '1.1.1.1', 1],
    ['the shortest for IPv6', 'PROXY TCP6 :: :: 0 0\r\n', '::', 0, '::', 0],
    [
      'either case, and groups with leading zeros',
      'PROXY TCP6 2001:DB8::A 2001:0db8:0000:0000:0000:0000:0000:000b 1 2\r\n',
      '2001:db8::a',
      1,
      '2001:db8::b',
      2,
    ],
    [
      'a client by IPv6 that nginx has accepted by IPv4',
      'PROXY TCP6 ::1 127.0.0.1 1234 8080\r\n',
      '::1',
      1234,
      '::ffff:127.0.0.1',
      8080,
    ],
    [
      'a client by IPv4 that nginx has accepted by IPv6',
      'PROXY TCP4 192.0.2.7 ::1 1234 8080\r\n',
      '::ffff:192.0.2.7',
      1234,
      '::1',
      8080,
    ],
    ['the shortest of both families', 'PROXY TCP4 0.0.0.0 :: 0 1\r\n', '::ffff:0.0.0.0', 0, '::', 1],
    [
      'the longest of both families',
      `PROXY TCP6 ${LONGEST} 255.255.255.255 65535 65535\r\n`,
      LONGEST,
      65_535,
      '::ffff:255.255.255.255',
      65_535,
    ],
    ['dots', 'PROXY TCP6 ::ffff:192.0.2.1 64:ff9b::192.0.2.2 1 2\r\n', '::ffff:192.0.2.1', 1, '64:ff9b::c000:202', 2],
  ])('tells the addresses: %s', (_, line, host, port, destinationHost, destinationPort) => {
    const header = {
      length: line.length,
      version: 'v1',
      command: 'proxy',
      source: { host, port },
      destination: { host: destinationHost, port: destinationPort },
      uniqueId: undefined,
    };
    expect(parse(line)).toEqual(header);
    expect(parse(`${line}GET / HTTP/1.1\r\nHost: 192.168.0.11\r\n\r\n`)).toEqual(header);
    expect(parse(`${line}\0\n${line}`)).toEqual(header);
  });

  it('has the lengths that the specification counts', () => {
    expect(parse('PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n')).toMatchObject({ length: 56 });
    expect(parse(`PROXY TCP6 ${LONGEST} ${LONGEST} 65535 65535\r\n`)).toMatchObject({ length: 104 });
    expect(parse('PROXY UNKNOWN\r\n')).toMatchObject({ length: 15 });
    expect(parse(`PROXY UNKNOWN ${LONGEST} ${LONGEST} 65535 65535\r\n`)).toMatchObject({ length: 107 });
  });

  it.each([
    'PROXY UNKNOWN\r\n',
    'PROXY UNKNOWN \r\n',
    `PROXY UNKNOWN ${LONGEST} ${LONGEST} 65535 65535\r\n`,
    'PROXY UNKNOWN 1.2.3.4 ::1 -1 99999 whatever  \t \xff\r\n',
  ])('may tell none: %j', (line) => {
    const unknown = { version: 'v1', command: 'proxy', source: undefined, destination: undefined, uniqueId: undefined };
    expect(parse(line)).toEqual({ length: line.length, ...unknown });
    expect(parse(`${line}PROXY UNKNOWN\r\n`)).toEqual({ length: line.length, ...unknown });
  });

  it.each([
    ['', 15],
    ['P', 15],
    ['PROXY ', 15],
    ['PROXY U', 15],
    ['PROXY T', 22],
    ['PROXY TCP6', 22],
    ['PROXY TCP4', 27],
    ['PROXY TCP4 1', 27],
    ['PROXY TCP4 255.255.255.255', 35],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 9', 32],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 9 1', 32],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 9 10', 33],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 9 10\r', 33],
    ['PROXY UNKNOWN', 15],
    ['PROXY UNKNOWN\r', 15],
    ['PROXY UNKNOWN and so', 22],
  ])('that goes on needs the least that it can end with: %j', (line, needs) => {
    expect(parse(line)).toEqual({ needs, mayBeForeign: line.length < 'PROXY '.length || undefined });
  });

  it.each([
    // [good so far, what makes it malformed at once, reason]
    ['', 'Q', 'it begins with neither signature of the PROXY protocol'],
    ['P', 'OST / HTTP/1.1\r\n', 'it begins with neither signature of the PROXY protocol'],
    ['PROX', 'y', 'it begins with neither signature of the PROXY protocol'],
    ['', 'proxy TCP4 1.2.3.4 5.6.7.8 9 10\r\n', 'it begins with neither signature of the PROXY protocol'],
    ['PROXY', '\t', 'it begins with neither signature of the PROXY protocol'],
    ['PROXY', '\r\n', 'it begins with neither signature of the PROXY protocol'],
    ['PROXY ', '\r\n', 'the family is none of TCP4, TCP6 and UNKNOWN'],
    ['PROXY ', ' TCP4', 'the family is none of TCP4, TCP6 and UNKNOWN'],
    ['PROXY ', 't', 'the family is none of TCP4, TCP6 and UNKNOWN'],
    ['PROXY T', '\r', 'the family is none of TCP4, TCP6 and UNKNOWN'],
    ['PROXY TCP', '5', 'the family is none of TCP4, TCP6 and UNKNOWN'],
    ['PROXY ', 'UDP4', 'the family is none of TCP4, TCP6 and UNKNOWN'],
    ['PROXY TCP4', '\t', 'the family is none of TCP4, TCP6 and UNKNOWN'],
    ['PROXY UNKNOWN', 'S', 'the family is none of TCP4, TCP6 and UNKNOWN'],
    ['PROXY UNKNOWN', '\n', 'the line has an LF without a CR'],
    ['PROXY UNKNOWN a', '\nb\r\n', 'the line has an LF without a CR'],
    ['PROXY UNKNOWN\r', '\r\n', 'the line has a CR without an LF'],
    ['PROXY UNKNOWN a\r', 'b\r\n', 'the line has a CR without an LF'],
    ['PROXY UNKNOWN ', '\0\r\n', 'the line has a NUL in it'],
    [`PROXY UNKNOWN ${'x'.repeat(91)}`, 'x', 'the line is longer than 107 bytes'],
    [`PROXY UNKNOWN ${'x'.repeat(91)}`, 'x\r\n', 'the line is longer than 107 bytes'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 9 10', '\n', 'the line has an LF without a CR'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 9 10\r', 'G', 'the line has a CR without an LF'],
    ['PROXY TCP4 1.2.3.4', '\0', 'the line has a NUL in it'],
    ['PROXY TCP4', '\r\n', 'the line ends before the ports'],
    ['PROXY TCP4 1.2.3.4', '\r\n', 'the line ends before the ports'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 9', '\r', 'the line ends before the ports'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 9 10', ' ', 'there is something behind the ports'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 9 ', '\r\n', 'the destination port is not a port'],
    ['PROXY TCP4 ', ' 1.2.3.4', 'the source is not an IPv4 address'],
    ['PROXY TCP4 1.2.3.4 ', ' ', 'the destination is not an IP address'],
    ['PROXY TCP4 1.2.3', ' ', 'the source is not an IPv4 address'],
    ['PROXY TCP4 1.2.3.4.5', ' ', 'the source is not an IPv4 address'],
    ['PROXY TCP4 1.2.3.04', ' ', 'the source is not an IPv4 address'],
    ['PROXY TCP4 1.2.3.256', ' ', 'the source is not an IPv4 address'],
    ['PROXY TCP4 1.2.3.', 'a', 'the source is not an IPv4 address'],
    ['PROXY TCP4 255.255.255.255', '5', 'the source is not an IPv4 address'],
    ['PROXY TCP4 ', '::1', 'the source is not an IPv4 address'],
    ['PROXY TCP4 1.2.3.4 ::1', '%1', 'the destination is not an IP address'],
    ['PROXY TCP4 1.2.3.4 1.2.3', ' ', 'the destination is not an IP address'],
    ['PROXY TCP4 1.2.3.4 ', 'x', 'the destination is not an IP address'],
    ['PROXY TCP6 1.2.3.4', ' ', 'the source is not an IPv6 address'],
    ['PROXY TCP6 ::1 1.2.3.4.5', ' ', 'the destination is not an IP address'],
    ['PROXY TCP6 ::1 1::2::3', ' ', 'the destination is not an IP address'],
    ['PROXY TCP6 fe80::1', '%1', 'the source is not an IPv6 address'],
    ['PROXY TCP6 1::2::3', ' ', 'the source is not an IPv6 address'],
    ['PROXY TCP6 1:2:3:4:5:6:7', ' ', 'the source is not an IPv6 address'],
    ['PROXY TCP6 00001::', ' ', 'the source is not an IPv6 address'],
    ['PROXY TCP6 ', '[', 'the source is not an IPv6 address'],
    ['PROXY TCP6 ', 'g', 'the source is not an IPv6 address'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 0', '1', 'the source port is not a port'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 ', '+1', 'the source port is not a port'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 ', '-1', 'the source port is not a port'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 ', ' 1', 'the source port is not a port'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 65536', ' ', 'the source port is not a port'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 12345', '6', 'the source port is not a port'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 9 65536', '\r\n', 'the destination port is not a port'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 9 1', '.0', 'the destination port is not a port'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 9 1', 'e', 'the destination port is not a port'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 9 ', '\xb2', 'the destination port is not a port'],
    [
      `PROXY TCP6 ${LONGEST.slice(0, 30)}255.255.255.255 ${LONGEST.slice(0, 30)}`,
      '255.255.255.255 65535',
      'the line is longer than 107 bytes',
    ],
  ])('is refused as soon as it can be no header: %j and then %j', (good, bad, malformed) => {
    expect(parse(good)).toMatchObject({ needs: expect.any(Number) });
    for (let more = bad.indexOf('\r') === 0 ? 1 : bad.length; more <= bad.length; more += 1) {
      expect(parse(good + bad.slice(0, more))).toMatchObject({ malformed });
    }
    expect(parse(`${good + bad} 1\r\n`)).toHaveProperty('malformed');
  });
});
