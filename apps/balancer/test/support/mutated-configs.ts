// Configs as they shouldn't be: valid ones with something changed at random, and bytes that are none at all.
import fc from 'fast-check';

const VALID: readonly string[] = [
  JSON.stringify({ sourcePort: 28_000, targets: [{ host: 'localhost', port: 8000 }] }),
  `{
  // All kinds of values
  "sourcePort": 28000, "sourceHost": "127.0.0.1", "balancerCount": 2, "stickiness": true, "hashSeed": "hush",
  "targets": [{ "host": "10.0.0.1", "port": 8000, "weight": 2.5 }, { "path": "/run/app.sock", "maxConnections": 9 },],
  "clientKey": { "ipv6Prefix": 56 }, "connectionRatePerClient": { "perSecond": 10, "burst": 50 },
  "acceptProxyProtocol": { "trustedProxies": ["10.0.0.0/8"], "required": false }, "deny": ["192.0.2.0/24"],
  "idleTimeout": 0, "engine": "auto", /* old */ "schedulingPolicy": 2, "maxBufferSize": null
}`,
  '{ "sourcePort": "28000", "targets": [{ "host": "", "port": "8000" }, { "port": 1 }], "sessionExpiry": "", "stickiness": 0 }',
];

const pieces = fc.oneof(
  fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    "'",
    '\\',
    '\\u12',
    '\n',
    '\r',
    '\u2028',
    '//',
    '/*',
    '*/',
    '\uFEFF',
    '\0',
  ),
  fc.constantFrom(
    '"__proto__":',
    '"constructor":',
    '"hashSeed":',
    '"targets":',
    '"sourcePort":',
    'null',
    '-',
    '1e999',
    '-0',
    '0x1',
  ),
  fc.constantFrom(
    '['.repeat(5_000),
    '{"a":'.repeat(5_000),
    '1,'.repeat(20_000),
    '"',
    ' '.repeat(50_000),
    '9'.repeat(400),
  ),
  fc.json(),
  fc.string({ maxLength: 20 }),
);

/** What is put where, in place of how much. */
const edit = fc.record({ at: fc.nat(), length: fc.oneof(fc.constant(0), fc.nat(30)), by: pieces });

const edited = fc
  .tuple(fc.constantFrom(...VALID), fc.array(edit, { minLength: 1, maxLength: 4 }))
  .map(([text, edits]) =>
    edits.reduce((now, { at, length, by }) => {
      const from = at % (now.length + 1);
      return now.slice(0, from) + by + now.slice(from + length);
    }, text),
  );

const repeated = fc
  .tuple(fc.constantFrom(...VALID), fc.nat(), fc.nat(200), fc.integer({ min: 2, max: 2_000 }))
  .map(([text, at, length, times]) => {
    const from = at % text.length;
    return text.slice(0, from) + text.slice(from, from + length).repeat(times) + text.slice(from + length);
  });

/** One of the values of a valid config is another one. */
const otherValue = fc
  .tuple(fc.constantFrom(...VALID), fc.nat(), fc.oneof(fc.json(), pieces))
  .map(([text, at, value]) => {
    const values = [...text.matchAll(/(?<=: )(?:"[^"]*"|[\d.]+|true|false)/g)];
    const { index, 0: old } = values[at % (values.length || 1)] ?? { index: 0, 0: '' };
    return text.slice(0, index) + value + text.slice(index + old.length);
  });

export const mutatedConfig: fc.Arbitrary<Uint8Array> = fc.oneof(
  edited.map((text) => Buffer.from(text)),
  otherValue.map((text) => Buffer.from(text)),
  repeated.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 3_000 }),
  edited.map((text) => Buffer.from(text, 'utf16le')),
);
