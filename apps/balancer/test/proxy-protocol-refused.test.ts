// The PROXY protocol on the way in: whose headers are not believed, and what becomes of those that are none.
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from './support/balancer.ts';
import { later } from './support/cleanup.ts';
import { clientSocket } from './support/clients.ts';
import { endsOf, v1, v2 } from './support/proxy-headers.ts';
import { listedAs, type RecordingTarget, recordingTarget } from './support/recording-target.ts';
import { outcome, outcomeOf } from './support/turned-away.ts';
import { until } from './support/wait.ts';

const PROXY = '127.0.0.1';
const STRANGER = '127.0.0.2';
const [FROM, TO] = [
  { host: '192.0.2.7', port: 1234 },
  { host: '192.0.2.1', port: 443 },
];
const WITH_CRC = Buffer.concat([v2(FROM, TO), Buffer.from([3, 0, 4, 1, 2, 3, 4])]);
WITH_CRC[15] = 19;

/** Name, and what a trusted proxy sends. */
const MALFORMED: readonly [string, Buffer | string][] = [
  ['no header', 'GET / HTTP/1.1\r\n\r\n'],
  ['TLS', Buffer.from('16030100f4010000f00303', 'hex')],
  ['half an address', 'PROXY TCP4 192.0.2 192.0.2.1 1 2\r\n'],
  ['a port too high', 'PROXY TCP4 192.0.2.7 192.0.2.1 1 65536\r\n'],
  ['no CR', 'PROXY TCP4 192.0.2.7 192.0.2.1 1 2\n'],
  ['a line without end', `PROXY UNKNOWN ${'x'.repeat(100)}`],
  ['another version', Buffer.from(v2(FROM, TO).toString('hex').replace('0a2111', '0a3111'), 'hex')],
  ['a length too short', Buffer.from(v2(FROM, TO).toString('hex').replace('2111000c', '2111000b'), 'hex')],
  ['a length too long to be read', Buffer.from(v2(FROM, TO).toString('hex').replace('2111000c', '2111ffff'), 'hex')],
  ['a wrong checksum', WITH_CRC],
];

async function balancerOf(target: RecordingTarget, required?: boolean, more: object = {}): Promise<TestBalancer> {
  const acceptProxyProtocol = { trustedProxies: [`${PROXY}/32`], ...(required !== undefined && { required }) };
  return startBalancer({ targets: [listedAs(target)], balancerCount: 1, acceptProxyProtocol, ...more });
}

/** How a connection ends on which this is sent, by a client that goes on to wait. */
function sent(port: number, localAddress: string, bytes: Buffer | string): Promise<string> {
  const socket = clientSocket(port, localAddress);
  socket.write(bytes);
  return outcomeOf(socket);
}

const linesOf = ({ log }: TestBalancer) => log.filter(({ msg }) => msg.includes('header is malformed'));

it.each([
  ['v1', v1(FROM, TO)],
  ['v2', v2(FROM, TO)],
])("a stranger's header is bytes as others: %s", async (_, header) => {
  const target = await recordingTarget('served\n');
  const balancer = await balancerOf(target, undefined, { deny: [FROM.host] });
  const whole = Buffer.concat([header, Buffer.from('hello')]);
  expect(await sent(balancer.port, STRANGER, whole)).toBe('served');
  expect((await target.brought(whole.length)).bytes).toEqual(whole);
  expect((await balancer.status()).counters).toMatchObject({ accepted: 1, denied: 0, malformed: 0 });
});

it('what a trusted proxy sends in place of a header closes the connection, and reaches no target', async () => {
  const target = await recordingTarget('served\n');
  const balancer = await balancerOf(target);
  for (const [name, bytes] of MALFORMED) expect([name, await sent(balancer.port, PROXY, bytes)]).toEqual([name, 'end']);
  // A stream that ends within its header has none either.
  for (const bytes of ['PROXY TCP4 192.0', v2(FROM, TO).subarray(0, 20)]) {
    const socket = clientSocket(balancer.port, PROXY);
    socket.end(bytes);
    expect(await outcomeOf(socket)).toBe('end');
  }
  expect((await balancer.status()).counters).toMatchObject({ accepted: 12, malformed: 12, denied: 0, blocked: 0 });
  expect(await sent(balancer.port, PROXY, v1(FROM, TO))).toBe('served');
  expect(target.connections).toHaveLength(1);
});

it('malformed headers are logged in a line a second at most', async () => {
  const balancer = await balancerOf(await recordingTarget());
  let count = 0;
  await until('a second line', async () => {
    count += 1;
    await outcome(balancer.port, PROXY);
    return linesOf(balancer).length > 1;
  });
  const lines = linesOf(balancer);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({
    level: 'warn',
    proxy: PROXY,
    leftOut: 0,
    reason: expect.stringContaining('signature'),
  });
  const [first = 0, second = 0] = lines.map(({ time }) => Date.parse(time as string));
  expect(second - first).toBeGreaterThan(900);
  expect(lines[1]?.leftOut).toBeGreaterThan(0);
  expect(lines[1]?.leftOut).toBeLessThanOrEqual(count - 2);
  expect((await balancer.status()).counters).toMatchObject({ accepted: count, malformed: count });
});

it.each([
  ['nothing', ''],
  ['a part of a line', 'PROXY TCP4 192.0'],
  ['a part of a header of version 2', v2(FROM, TO).subarray(0, 20)],
])('a proxy that sends %s is closed after admitTimeout', async (_, bytes) => {
  const target = await recordingTarget('served\n');
  const balancer = await balancerOf(target, undefined, { admitTimeout: 300 });
  const began = performance.now();
  expect(await sent(balancer.port, PROXY, bytes)).toBe('end');
  expect(performance.now() - began).toBeGreaterThanOrEqual(290);
  await until('the log to say why', () =>
    balancer.log.some(({ msg }) => msg.includes('no whole header within admitTimeout (300 ms)')),
  );
  expect((await balancer.status()).counters).toMatchObject({ accepted: 1, blocked: 1, malformed: 0 });
  expect(target.connections).toEqual([]);
});

it('a proxy that sends its header byte by byte has no more time than others', async () => {
  const target = await recordingTarget('served\n');
  const balancer = await balancerOf(target, undefined, { admitTimeout: 300 });
  const socket = connect({
    port: balancer.port,
    host: '127.0.0.1',
    localAddress: PROXY,
    allowHalfOpen: true,
    noDelay: true,
  });
  socket.on('error', () => {});
  const line = `PROXY UNKNOWN ${'x'.repeat(80)}`;
  let bytes = 0;
  const drip = setInterval(() => socket.write(line[bytes++] ?? 'x'), 50);
  later(() => clearInterval(drip));
  later(() => socket.destroy());
  const ended = outcomeOf(socket);
  socket.once('end', () => clearInterval(drip));
  expect(await ended).toBe('end');
  expect(bytes).toBeLessThan(line.length);
  expect((await balancer.status()).counters).toMatchObject({ blocked: 1, malformed: 0 });
  expect(target.connections).toEqual([]);
});

it('where no header is required, a trusted proxy may be a client itself, but not with half a header', async () => {
  const target = await recordingTarget('served\n');
  const balancer = await balancerOf(target, false, { proxyProtocol: 'v1', admitTimeout: 300 });
  const socket = clientSocket(balancer.port, PROXY);
  const ends = await endsOf(socket);
  socket.write('hello');
  expect(await outcomeOf(socket)).toBe('served');
  const own = Buffer.concat([v1(...ends), Buffer.from('hello')]);
  expect((await target.brought(own.length)).bytes).toEqual(own);

  const announced = Buffer.concat([v1(FROM, TO), Buffer.from('hello')]);
  expect(await sent(balancer.port, PROXY, Buffer.concat([v2(FROM, TO), Buffer.from('hello')]))).toBe('served');
  expect((await target.brought(announced.length, 1)).bytes).toEqual(announced);

  expect(await sent(balancer.port, PROXY, 'PROXY TCP4 192.0.2 ')).toBe('end');
  expect(await sent(balancer.port, PROXY, 'PROXY TCP4 192.0')).toBe('end');
  expect((await balancer.status()).counters).toMatchObject({ accepted: 4, malformed: 1, blocked: 1 });
  expect(target.connections).toHaveLength(2);
});
