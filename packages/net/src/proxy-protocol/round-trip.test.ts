import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupsText, ipGroups } from './ip-groups.ts';
import type { ProxyAddress, ProxyEndpoints } from './proxy-header.ts';
import { parseProxyHeader } from './reading/parse-proxy-header.ts';
import { encodeProxyHeader } from './writing/encode-proxy-header.ts';

const port = fc.integer({ min: 0, max: 65_535 });
const ipv4 = fc.oneof(
  fc.ipV4(),
  fc.ipV4().map((host) => `::ffff:${host}`),
);
const ipv6 = fc.oneof(
  fc.ipV6(),
  fc.ipV6().map((host) => host.toUpperCase()),
);
const ip = fc.record({ host: fc.oneof(ipv4, ipv6), port });
const path = fc.oneof(
  fc.string({ maxLength: 108 }).map((text) => text.replaceAll('\0', '')),
  fc.string({ minLength: 1, maxLength: 100 }).map((text) => `\0${text}.`),
  fc.constantFrom('', '/run/app.sock', 'é'.repeat(54)),
);
const pathEnd = path.map((text) => ({ path: text }));
const endpoints: fc.Arbitrary<ProxyEndpoints> = fc.oneof(
  fc.record({ source: ip, destination: ip }),
  fc.record({ source: fc.record({ host: ipv4, port }), destination: fc.record({ host: ipv4, port }) }),
  fc.record({ source: pathEnd, destination: pathEnd }),
);
const extras = fc.record({
  crc32c: fc.boolean(),
  uniqueId: fc.option(fc.uint8Array({ maxLength: 128 }), { nil: undefined }),
});
const sent = fc
  .record({ version: fc.constantFrom('v1' as const, 'v2' as const), about: endpoints, extras })
  .map((what) => ({ ...what, header: encodeProxyHeader(what.version, what.about, what.extras) }));

/** Lines that are valid and that this writer would not write: UNKNOWN with more behind it, IPv6 in any spelling, mixed families. */
const foreignLine = fc
  .oneof(
    fc.stringMatching(/^[^\0\r\n]{0,90}$/).map((rest) => `PROXY UNKNOWN ${rest}`),
    fc.tuple(fc.ipV6(), fc.oneof(fc.ipV6(), fc.ipV4()), port, port).map((fields) => `PROXY TCP6 ${fields.join(' ')}`),
    fc.tuple(fc.ipV4(), fc.oneof(fc.ipV6(), fc.ipV4()), port, port).map((fields) => `PROXY TCP4 ${fields.join(' ')}`),
  )
  .map((line) => Buffer.from(`${line}\r\n`, 'latin1'))
  .filter((line) => line.length <= 107);
const validHeader = fc.oneof(
  sent.map(({ header }) => header),
  foreignLine,
);

/** What the other side is told: the same, both ends in one family. */
function told({ source, destination }: ProxyEndpoints): { source: ProxyAddress; destination: ProxyAddress } {
  if ('path' in source || 'path' in destination) return { source, destination };
  const [left, right] = [source, destination].map(({ host }) => groupsText(ipGroups(host) as number[])) as [
    string,
    string,
  ];
  const areIpv4 = [left, right].every((host) => host.startsWith('::ffff:') && host.includes('.'));
  const bare = (host: string): string => (areIpv4 ? host.slice('::ffff:'.length) : host);
  return { source: { ...source, host: bare(left) }, destination: { ...destination, host: bare(right) } };
}

describe('a header', () => {
  it('is read as it was written, whatever follows it', () => {
    fc.assert(
      fc.property(sent, fc.uint8Array({ maxLength: 300 }), ({ version, about, extras, header }, behind) => {
        const isTold = version === 'v2' || 'host' in about.source;
        expect(parseProxyHeader(Buffer.concat([header, behind]))).toEqual({
          length: header.length,
          version,
          command: 'proxy',
          ...(isTold ? told(about) : { source: undefined, destination: undefined }),
          uniqueId: version === 'v2' && extras.uniqueId ? Uint8Array.from(extras.uniqueId) : undefined,
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('is wanted in full, and not a byte more, however it arrives', () => {
    fc.assert(
      fc.property(validHeader, (header) => {
        const bytes = Uint8Array.from(header);
        for (let seen = 0; seen < bytes.length; seen += 1) {
          const result = parseProxyHeader(bytes.subarray(0, seen));
          const needs = 'needs' in result ? result.needs : Number.NaN;
          if (!(needs > seen && needs <= bytes.length)) {
            throw new Error(`${JSON.stringify(result)} for ${seen} bytes of ${header.toString('hex')}`);
          }
        }
        expect(parseProxyHeader(bytes)).toHaveProperty('length', bytes.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('is found by one who reads what is needed and nothing else', () => {
    fc.assert(
      fc.property(validHeader, fc.uint8Array({ maxLength: 50 }), (header, behind) => {
        const stream = Buffer.concat([header, behind]);
        let seen = 0;
        let result = parseProxyHeader(stream.subarray(0, 0));
        while ('needs' in result) {
          seen = result.needs;
          result = parseProxyHeader(stream.subarray(0, seen));
        }
        expect([seen, result]).toEqual([header.length, expect.objectContaining({ length: header.length })]);
      }),
      { numRuns: 1000 },
    );
  });
});
