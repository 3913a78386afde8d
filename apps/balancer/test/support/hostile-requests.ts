// What a control socket should never be sent, as arbitraries. None of it asks the balancer to stop.
import fc from 'fast-check';

export interface HostileClient {
  /** Sent one after the other. */
  readonly parts: readonly Uint8Array[];
  /** What follows: the end of what is sent, a close without a look at the answer, or nothing at all. */
  readonly last: 'end' | 'destroy' | 'stay';
}

const PATHS = ['/v1/status', '/v1/targets', '/v1/sessions', '/v1/drain', '/v1/enable', '/v1/disable', '/v1/reload'];
const nonsense = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    'toString',
    '\0',
    '%',
    '%00',
    '\u001b[2J',
    '../../0.sock',
    'x'.repeat(20_000),
  ),
);
const method = fc.constantFrom(
  'GET',
  'POST',
  'PUT',
  'HEAD',
  'OPTIONS',
  'CONNECT',
  'TRACE',
  'get',
  '',
  'PRI',
  'GET GET',
);
const path = fc.oneof(
  fc.constantFrom(...PATHS),
  fc.tuple(fc.constantFrom(...PATHS), nonsense).map(([known, query]) => `${known}?client=${query}`),
  fc.constantFrom('*', '//', 'http://localhost/v1/status', '/v1/../v1/status', '/v1/status#x', '/v1//status'),
  nonsense.map((text) => `/${text}`),
);
const version = fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9', 'HTTQ/1.1', '');
const header = fc.oneof(
  fc.constantFrom(
    'Host: localhost',
    'Host: a\r\nHost: b',
    'Content-Length: -1',
    'Content-Length: 5',
    'Content-Length: 99999999999999999999',
    'Content-Length: 1\r\nContent-Length: 2',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: chunked\r\nContent-Length: 3',
    'Expect: 100-continue',
    'Expect: the unexpected',
    'Connection: Upgrade\r\nUpgrade: websocket',
    'Connection: keep-alive, close',
    'no colon',
    ': no name',
    ' folded',
  ),
  fc.tuple(nonsense, nonsense).map(([name, value]) => `${name}: ${value}`),
  fc.constant(new Array(500).fill('A: b').join('\r\n')),
);
const body = fc.oneof(
  fc.json(),
  fc.jsonValue().map((target) => JSON.stringify({ target })),
  nonsense.map((target) => JSON.stringify({ target })),
  nonsense,
  fc.constantFrom(
    '['.repeat(60_000),
    '{"__proto__":{"target":"x"}}',
    `"${'x'.repeat(70_000)}"`,
    '5\r\nhello\r\n0\r\n\r\n',
    'zz\r\n',
  ),
);

const request = fc
  .record({ method, path, version, headers: fc.array(header, { maxLength: 4 }), body, isSized: fc.boolean() })
  .map(({ method, path, version, headers, body, isSized }) => {
    const size = isSized ? [`Content-Length: ${Buffer.byteLength(body)}`] : [];
    return Buffer.from(`${[`${method} ${path} ${version}`, ...headers, ...size].join('\r\n')}\r\n\r\n${body}`);
  });

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 5_000 }),
  request,
  fc.tuple(request, fc.integer({ min: 2, max: 50 })).map(([one, times]) => Buffer.concat(new Array(times).fill(one))),
  fc.tuple(request, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 8 })).map(([one, at, noise]) => {
    const broken = Buffer.from(one);
    broken.set(noise.subarray(0, broken.length), at % Math.max(1, broken.length - noise.length));
    return broken;
  }),
);

/** Something in the way of every stop that is asked for by chance. */
function isHarmless(text: Uint8Array): boolean {
  return !Buffer.from(text).includes('/v1/stop');
}

export const hostileClient: fc.Arbitrary<HostileClient> = fc
  .record({
    bytes: bytes.filter(isHarmless),
    cuts: fc.array(fc.nat(), { maxLength: 4 }),
    last: fc.constantFrom('end' as const, 'destroy' as const, 'stay' as const),
  })
  .map(({ bytes, cuts, last }) => {
    const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    return { parts: places.slice(1).map((to, n) => bytes.subarray(places[n], to)), last };
  });
