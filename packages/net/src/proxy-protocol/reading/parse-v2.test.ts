import { describe, expect, it } from 'vitest';
import { PROXY_HEADER_MOST_LENGTH } from '../v2-format.ts';
import { parseProxyHeader } from './parse-proxy-header.ts';

const SIGNATURE = '0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a';
/** 192.168.0.1:56324 to 192.168.0.11:443 */
const IPV4 = 'c0 a8 00 01  c0 a8 00 0b  dc 04  01 bb';
/** [2001:db8::1]:1 to [::ffff:192.0.2.1]:65535 */
const IPV6 =
  '20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01  00 00 00 00 00 00 00 00 00 00 ff ff c0 00 02 01  00 01  ff ff';
const UNIQUE_ID = '05 00 04 63 61 66 65';

const bytes = (...hex: string[]): Buffer => Buffer.from(hex.join('').replaceAll(' ', ''), 'hex');
const zeros = (count: number): string => '00'.repeat(count);
const parse = (...hex: string[]) => parseProxyHeader(bytes(SIGNATURE, ...hex));
const path = (text: string): string => Buffer.from(text).toString('hex').padEnd(216, '0');

const untold = { version: 'v2', source: undefined, destination: undefined, uniqueId: undefined };
const ipv4 = {
  ...untold,
  command: 'proxy',
  source: { host: '192.168.0.1', port: 56_324 },
  destination: { host: '192.168.0.11', port: 443 },
};

describe('a header of version 2', () => {
  it('tells IPv4 addresses', () => {
    expect(parse('21 11 00 0c', IPV4)).toEqual({ ...ipv4, length: 28 });
    expect(parse('21 11 00 0c', IPV4, SIGNATURE)).toEqual({ ...ipv4, length: 28 });
  });

  it('tells IPv6 addresses', () => {
    expect(parse('21 21 00 24', IPV6)).toEqual({
      ...untold,
      length: 52,
      command: 'proxy',
      source: { host: '2001:db8::1', port: 1 },
      destination: { host: '::ffff:192.0.2.1', port: 65_535 },
    });
  });

  it.each([
    ['a path', '/run/app.sock', '/run/app.sock'],
    ['none', '', ''],
    ['an abstract name', '\0app', '\0app'],
    ['an abstract name with a NUL in it', '\0a\0b', '\0a\0b'],
    ['as long as can be', 'x'.repeat(108), 'x'.repeat(108)],
    ['what was left behind the NUL', '/run/a\0old', '/run/a'],
  ])('tells paths: %s', (_, sent, told) => {
    expect(parse('21 31 00 d8', path(sent), path('/run/b'))).toEqual({
      ...untold,
      length: 232,
      command: 'proxy',
      source: { path: told },
      destination: { path: '/run/b' },
    });
  });

  it.each([
    ['without addresses', '00 00 00', '', 16],
    ['with addresses', '11 00 0c', IPV4, 28],
    ['with fewer bytes than its family has', '21 00 01', 'ff', 17],
    ['of datagrams', '12 00 0c', IPV4, 28],
    ['of an unknown family', 'ff 00 02', 'ff ff', 18],
    ['with what is no TLV behind it', '11 00 0d', `${IPV4} ff`, 29],
  ])('tells nothing when it is LOCAL: %s', (_, rest, block, length) => {
    expect(parse('20', rest, block)).toEqual({ ...untold, command: 'local', length });
    expect(parse('20', rest, block, 'ff 00 0d')).toEqual({ ...untold, command: 'local', length });
  });

  it.each([
    ['family and protocol', '00 00 00', '', 16],
    ['family and protocol, with bytes to skip', '00 00 0c', IPV4, 28],
    ['family', '01 00 02', 'ff ff', 18],
    ['protocol', '10 00 0c', IPV4, 28],
  ])('tells nothing without a %s', (_, rest, block, length) => {
    expect(parse('21', rest, block)).toEqual({ ...untold, command: 'proxy', length });
  });

  it('may have TLVs of any type', () => {
    expect(parse('21 11 00 0f', IPV4, '04 00 00')).toEqual({ ...ipv4, length: 31 });
    expect(parse('21 11 00 17', IPV4, '01 00 02 68 32  e0 00 00  20 00 00')).toEqual({ ...ipv4, length: 39 });
  });

  it('may tell what the connection is called', () => {
    const given = bytes(SIGNATURE, '21 11 00 13', IPV4, UNIQUE_ID);
    const result = parseProxyHeader(given);
    given.fill(0);
    expect(result).toEqual({ ...ipv4, length: 35, uniqueId: Uint8Array.from(Buffer.from('cafe')) });
    expect(parse('21 11 00 0f', IPV4, '05 00 00')).toEqual({ ...ipv4, length: 31, uniqueId: new Uint8Array() });
    expect(parse('21 11 00 8f', IPV4, '05 00 80', zeros(128))).toMatchObject({ uniqueId: new Uint8Array(128) });
  });

  it.each([
    ['alone', '21 11 00 13', '03 00 04 1c 1a e9 c6', 35],
    ['behind others', '21 11 00 1a', `${UNIQUE_ID} 03 00 04 ed 82 5c a2`, 42],
  ])('may have a checksum: %s', (_, fixed, tlvs, length) => {
    const given = bytes(SIGNATURE, fixed, IPV4, tlvs);
    expect(parseProxyHeader(given)).toMatchObject({
      ...ipv4,
      length,
      uniqueId: length > 35 ? Uint8Array.from(Buffer.from('cafe')) : undefined,
    });
    for (let bit = 0; bit < given.length * 8; bit += 1) {
      const changed = Uint8Array.from(given);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      const result = parseProxyHeader(changed);
      // LOCAL, no family and another type in place of the checksum's are one bit away, and without a checksum that counts.
      const isUnchecked = [12 * 8, 13 * 8, 13 * 8 + 4].includes(bit) || (bit >> 3 === length - 7 && 'length' in result);
      if (!isUnchecked) expect(result, `bit ${bit}`).not.toHaveProperty('length');
    }
  });

  it('needs exactly its length, once that is known', () => {
    const given = bytes(SIGNATURE, '21 21 00 2b', IPV6, UNIQUE_ID);
    expect(parseProxyHeader(given)).toHaveProperty('length', 59);
    for (let seen = 1; seen < 59; seen += 1) {
      const result = parseProxyHeader(given.subarray(0, seen));
      expect(result).toEqual({ needs: seen < 16 ? 16 : 59, mayBeForeign: seen < 12 || undefined });
    }
  });

  it('may be as long as it is allowed to be', () => {
    const tooLong = { malformed: 'the header has 4097 bytes, over 4096' };
    expect(PROXY_HEADER_MOST_LENGTH).toBe(4096);
    expect(parse('20 00 0f f0')).toEqual({ needs: 4096 });
    expect(parse('21 11 0f f0', IPV4, '04 0f e1', zeros(4065))).toEqual({ ...ipv4, length: 4096 });
    expect(parse('20 00 0f f1')).toEqual(tooLong);
    expect(parse('20 00 0f f1', zeros(4081))).toEqual(tooLong);
    expect(parseProxyHeader(bytes(SIGNATURE, '21 11 ff ff'), 65_551)).toEqual({ needs: 65_551 });
    expect(parseProxyHeader(bytes(SIGNATURE, '21 11 00 5c'), 107)).toEqual({
      malformed: 'the header has 108 bytes, over 107',
    });
  });

  it.each([
    // [good so far, what makes it malformed, reason]
    ['', '01', 'the version is 0 in place of 2'],
    ['', '11', 'the version is 1 in place of 2'],
    ['', '31', 'the version is 3 in place of 2'],
    ['', 'f0', 'the version is 15 in place of 2'],
    ['', '22', 'there is no command 2'],
    ['', '2f', 'there is no command 15'],
    ['21', '41', 'there is no address family 4'],
    ['21', 'f1', 'there is no address family 15'],
    ['21', '02', 'the protocol is one of datagrams'],
    ['21', '12', 'the protocol is one of datagrams'],
    ['21', '22', 'the protocol is one of datagrams'],
    ['21', '32', 'the protocol is one of datagrams'],
    ['21', '13', 'there is no protocol 3'],
    ['21', '0f', 'there is no protocol 15'],
    ['21 11 00', '00', 'the header is too short for its addresses'],
    ['21 11 00', '0b', 'the header is too short for its addresses'],
    ['21 21 00', '23', 'the header is too short for its addresses'],
    ['21 31 00', 'd7', 'the header is too short for its addresses'],
    [`21 11 00 0d ${IPV4}`, '04', 'the header ends within a TLV'],
    [`21 11 00 0e ${IPV4} 04`, '00', 'the header ends within a TLV'],
    [`21 11 00 0f ${IPV4} 04 00`, '01', 'a TLV reaches beyond the header'],
    [`21 11 00 12 ${IPV4} 04 ff ff 00 00`, '00', 'a TLV reaches beyond the header'],
    [`21 11 00 12 ${IPV4} 03 00 03 00 00`, '00', 'the checksum has 3 bytes in place of 4'],
    [`21 11 00 0f ${IPV4} 03 00`, '00', 'the checksum has 0 bytes in place of 4'],
    [`21 11 00 13 ${IPV4} 03 00 04 1c 1a e9`, 'c7', 'the checksum is wrong'],
    [`21 11 00 1a ${IPV4} 03 00 04 1c 1a e9 c6 03 00 04 00 00 00`, '00', 'there is more than one checksum'],
    [`21 11 00 12 ${IPV4} 05 00 00 05 00`, '00', 'there is more than one unique id'],
    [`21 11 00 90 ${IPV4} 05 00 81 ${zeros(128)}`, '00', 'the unique id has 129 bytes, over 128'],
  ])('is refused as soon as it can be no header: %s and then %s', (good, bad, malformed) => {
    expect(parse(good)).toEqual({ needs: expect.any(Number) });
    expect(parse(good, bad)).toMatchObject({ malformed });
    expect(parse(good, bad, zeros(300))).toMatchObject({ malformed });
  });

  it('is refused at the first byte that differs from the signature', () => {
    const signature = bytes(SIGNATURE);
    for (let at = 0; at < signature.length; at += 1) {
      const changed = Uint8Array.from(signature);
      changed[at] = 1;
      expect(parseProxyHeader(changed.subarray(0, at))).toHaveProperty('needs', at === 0 ? 15 : 16);
      expect(parseProxyHeader(changed.subarray(0, at + 1))).toHaveProperty('malformed');
    }
  });
});
