// TLVs of a received header, as they go into the header that is sent.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProxyHeader } from '../reading/parse-proxy-header.ts';
import { receivedTlvs } from '../reading/received-tlvs.ts';
import { PROXY_HEADER_MOST_LENGTH, TLV_CRC32C, TLV_NOOP, TLV_UNIQUE_ID } from '../v2-format.ts';
import { encodeProxyHeader } from './encode-proxy-header.ts';

const ABOUT = { source: { host: '192.0.2.7', port: 1 }, destination: { host: '192.0.2.1', port: 2 } };
const ABOUT_IPV6 = { source: { host: '2001:db8::7', port: 1 }, destination: { host: '2001:db8::1', port: 2 } };
const ID = Buffer.from('ours');

const tlv = (type: number, value: Buffer | string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([type, bytes.length >> 8, bytes.length & 255]), bytes]);
};
/** A header as a proxy sends it. */
const headerWith = (...tlvs: Buffer[]): Buffer => {
  const header = Buffer.concat([encodeProxyHeader('v2', ABOUT), ...tlvs]);
  header.writeUInt16BE(header.length - 16, 14);
  return header;
};
const authority = tlv(2, 'chat.example.com');
const vendor = tlv(0xea, Buffer.from('\x01vpce-08d2bf15fac5001c9'));
const theirId = tlv(TLV_UNIQUE_ID, 'theirs');
const padding = tlv(TLV_NOOP, 'xxxx');

describe('the TLVs of a received header', () => {
  it('are its bytes behind the addresses', () => {
    expect(receivedTlvs(headerWith(authority, padding))).toEqual(Uint8Array.from(Buffer.concat([authority, padding])));
    const header = encodeProxyHeader('v2', ABOUT_IPV6, { uniqueId: ID });
    expect(receivedTlvs(header)).toEqual(Uint8Array.from(tlv(TLV_UNIQUE_ID, ID)));
    const unix = { source: { path: '/a' }, destination: { path: '/b' } };
    expect(receivedTlvs(encodeProxyHeader('v2', unix, { uniqueId: ID }))).toHaveLength(7);
  });

  it('are none where there are none, or where nothing says where they begin', () => {
    expect(receivedTlvs(headerWith())).toBeUndefined();
    const local = headerWith(authority);
    local[12] = 0x20;
    expect(receivedTlvs(local)).toBeUndefined();
  });
});

describe('the TLVs of a sent header', () => {
  const sent = (tlvs: Buffer, extras: object = {}, about: typeof ABOUT = ABOUT) => {
    const header = encodeProxyHeader('v2', about, { tlvs, ...extras });
    expect(parseProxyHeader(header)).toMatchObject({ length: header.length, ...about });
    return receivedTlvs(header) && Buffer.from(receivedTlvs(header) as Uint8Array);
  };

  it('are those that were received, in order, without checksum and padding', () => {
    const received = Buffer.concat([authority, padding, tlv(TLV_CRC32C, 'sum.'), vendor, theirId]);
    expect(sent(received)).toEqual(Buffer.concat([authority, vendor, theirId]));
  });

  it('are none where nothing is left', () => {
    expect(sent(padding)).toBeUndefined();
    expect(sent(Buffer.alloc(0))).toBeUndefined();
  });

  it('have one unique id: ours, where we set one', () => {
    const received = Buffer.concat([theirId, vendor]);
    expect(sent(received)).toEqual(received);
    expect(sent(received, { uniqueId: ID })).toEqual(Buffer.concat([tlv(TLV_UNIQUE_ID, ID), vendor]));
  });

  it('have a checksum of all of them', () => {
    const tlvs = sent(Buffer.concat([tlv(TLV_CRC32C, 'sum.'), vendor]), { crc32c: true, uniqueId: ID });
    expect(tlvs?.subarray(0, -4)).toEqual(
      Buffer.concat([tlv(TLV_UNIQUE_ID, ID), vendor, Buffer.from([TLV_CRC32C, 0, 4])]),
    );
  });

  it('leave out what would make the header too long to be read', () => {
    const all = { crc32c: true, uniqueId: Buffer.alloc(16) };
    const room = PROXY_HEADER_MOST_LENGTH - encodeProxyHeader('v2', ABOUT_IPV6, all).length;
    const fits = tlv(0xe0, Buffer.alloc(room - 3));
    expect(encodeProxyHeader('v2', ABOUT_IPV6, { ...all, tlvs: fits })).toHaveLength(PROXY_HEADER_MOST_LENGTH);
    const isTooLong = tlv(0xe0, Buffer.alloc(room - 2));
    expect(sent(Buffer.concat([isTooLong, vendor]), all, ABOUT_IPV6)?.subarray(19, -7)).toEqual(vendor);
  });

  it('are not in a header of version 1, nor in one that tells no addresses', () => {
    expect(encodeProxyHeader('v1', ABOUT, { tlvs: vendor })).toEqual(encodeProxyHeader('v1', ABOUT));
    expect(encodeProxyHeader('v2', 'local', { tlvs: vendor })).toEqual(encodeProxyHeader('v2', 'local'));
  });

  it('make a valid header, whatever they are', () => {
    const anyTlv = fc
      .tuple(fc.integer({ min: 6, max: 255 }), fc.uint8Array({ maxLength: 1500 }))
      .map(([type, value]) => tlv(type, Buffer.from(value)));
    fc.assert(
      fc.property(fc.array(anyTlv, { maxLength: 5 }), fc.boolean(), (tlvs, crc32c) => {
        const header = encodeProxyHeader('v2', ABOUT, { tlvs: Buffer.concat(tlvs), crc32c });
        expect(parseProxyHeader(header)).toMatchObject({ length: header.length, ...ABOUT });
      }),
    );
  });
});
