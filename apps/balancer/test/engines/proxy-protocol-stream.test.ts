// The PROXY protocol on the way in: the header is taken from the stream, however it comes, and not a byte more.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startBalancer } from '../support/balancer.ts';
import { clientSocket } from '../support/clients.ts';
import { v1, v2 } from '../support/proxy-headers.ts';
import { listedAs, recordingTarget } from '../support/recording-target.ts';
import { echoTarget, listed } from '../support/targets.ts';
import { until } from '../support/wait.ts';

const PROXY = '127.0.0.1';
const acceptProxyProtocol = { trustedProxies: [PROXY] };
const FROM = { host: '192.0.2.7', port: 1234 };
const TO = { host: '192.0.2.1', port: 443 };
const HEADERS = { v1: v1(FROM, TO), v2: v2(FROM, TO) };
const VERSIONS = ['v1', 'v2'] as const;

/** A balancer behind a trusted proxy, in front of a target that says its name and then sends back what it gets. */
async function echoed(): Promise<number> {
  const config = { targets: listed([await echoTarget('a')]), balancerCount: 1, acceptProxyProtocol };
  return (await startBalancer(config)).port;
}

async function all(socket: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks);
}

it.each(VERSIONS)('what comes at once behind it arrives, and the end too: %s', async (version) => {
  const port = await echoed();
  for (const body of [Buffer.alloc(0), Buffer.from('hello'), HEADERS.v1, HEADERS.v2, randomBytes(3_000_000)]) {
    const socket = clientSocket(port, PROXY);
    socket.end(Buffer.concat([HEADERS[version], body]));
    const answer = await all(socket);
    expect(answer.equals(Buffer.concat([Buffer.from('a\n'), body]))).toBe(true);
  }
});

it.each(VERSIONS)('it may come in single bytes, and wait for its last one: %s', async (version) => {
  const port = await echoed();
  const socket = clientSocket(port, PROXY);
  await once(socket, 'connect');
  socket.setNoDelay(true);
  for (const byte of HEADERS[version]) await new Promise((resolve) => socket.write(Buffer.of(byte), resolve));
  socket.write('hello, ');
  const answer = all(socket);
  socket.end('and good bye');
  expect((await answer).toString()).toBe('a\nhello, and good bye');
});

it.each(VERSIONS)('a client of whom it has told is greeted before it says a word: %s', async (version) => {
  const port = await echoed();
  const socket = clientSocket(port, PROXY);
  socket.write(HEADERS[version]);
  const [greeting] = await once(socket, 'data');
  expect(greeting.toString()).toBe('a\n');
  socket.end('thanks');
  expect((await all(socket)).toString()).toBe('thanks');
});

it('addresses of either family are told on', async () => {
  const target = await recordingTarget();
  const balancer = await startBalancer({
    targets: [listedAs(target)],
    balancerCount: 1,
    acceptProxyProtocol,
    proxyProtocol: 'v1',
  });
  const lines = ['PROXY TCP4 192.0.2.7 192.0.2.1 1234 443\r\n', 'PROXY TCP6 2001:db8::7 2001:db8::1 1234 443\r\n'];
  for (const [nth, line] of lines.entries()) {
    clientSocket(balancer.port, PROXY).write(line);
    expect((await target.brought(line.length, nth)).bytes.toString()).toBe(line);
  }
  // A header that tells none leaves the socket's own.
  const local = clientSocket(balancer.port, PROXY);
  local.write('PROXY UNKNOWN\r\nhello');
  await until('the hello to arrive', () => target.connections[2]?.bytes.toString().endsWith('hello'));
  expect(target.connections[2]?.bytes.toString()).toBe(
    `PROXY TCP4 ${PROXY} 127.0.0.1 ${local.localPort} ${balancer.port}\r\nhello`,
  );
});
