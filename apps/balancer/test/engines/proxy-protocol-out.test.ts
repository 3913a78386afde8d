// The PROXY protocol on the way out: where the header is in the stream, when it comes, and to whom.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBalancer } from '../support/balancer.ts';
import { clientAddress, clientSocket, targetName, whoServes } from '../support/clients.ts';
import { lastingPort } from '../support/ports.ts';
import { endsOf, v1, v2 } from '../support/proxy-headers.ts';
import { listedAs, recordingTarget } from '../support/recording-target.ts';
import { HAS_SS, segmentsAt } from '../support/segments.ts';
import { until } from '../support/wait.ts';

const WRITERS = { v1, v2 };
const VERSIONS = ['v1', 'v2'] as const;

/** All clients are admitted when there is a file of that name. */
const CONTROLLER = `
import { existsSync } from 'node:fs';

const admitted = new URL('./admitted', import.meta.url);

export function run(balancer) {
  balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, (socket, next) => {
    const look = setInterval(() => {
      if (!existsSync(admitted)) return;
      clearInterval(look);
      next();
    }, 10);
  });
}
`;

it.each(VERSIONS)('a target that speaks first has the header before the client says a word: %s', async (version) => {
  const target = await recordingTarget();
  const { port } = await startBalancer({ targets: [listedAs(target)], balancerCount: 1, proxyProtocol: version });
  const client = clientSocket(port, clientAddress(0));
  const header = WRITERS[version](...(await endsOf(client)));
  const arrived = await target.brought(header.length);
  expect(arrived.bytes).toEqual(header);
  arrived.socket.write('220 ready\n');
  expect(await targetName(client)).toBe('220 ready');

  client.write('EHLO\r\n');
  await target.brought(header.length + 6);
  expect(arrived.bytes).toEqual(Buffer.concat([header, Buffer.from('EHLO\r\n')]));
});

it.each(VERSIONS)('a client that has ended already is told of before its end: %s', async (version) => {
  const target = await recordingTarget('served\n');
  const { port } = await startBalancer({ targets: [listedAs(target)], balancerCount: 1, proxyProtocol: version });
  const client = clientSocket(port, clientAddress(0));
  client.end('all there is');
  const whole = Buffer.concat([WRITERS[version](...(await endsOf(client))), Buffer.from('all there is')]);
  expect(await targetName(client)).toBe('served');
  const { bytes, socket } = await target.brought(whole.length);
  await until('the end to arrive', () => socket.readableEnded);
  expect(bytes).toEqual(whole);
});

it.skipIf(!HAS_SS).each(VERSIONS)(
  'the header and what the client has sent already come in one segment: %s (needs ss)',
  async (version) => {
    const target = await recordingTarget();
    const { port, folder } = await startBalancer(
      {
        targets: [listedAs(target)],
        balancerCount: 1,
        proxyProtocol: version,
        balancerControllerPath: 'controller.mjs',
        admitTimeout: 600_000,
      },
      { 'controller.mjs': CONTROLLER },
    );
    const clients = Array.from({ length: 20 }, (_, n) => clientSocket(port, clientAddress(n)));
    const asked = 'GET / HTTP/1.1\r\n\r\n';
    for (const client of clients) client.write(asked);
    await until('all requests to wait at the balancer', () => unreadAt(port, asked.length) === clients.length);
    await writeFile(join(folder, 'admitted'), '');
    await until(
      'all clients to be served',
      () => target.connections.filter(({ bytes }) => bytes.includes('\n\r\n')).length === clients.length,
    );
    const arrived = target.connections.map(({ bytes }) => bytes.toString('latin1'));
    const ends = await Promise.all(clients.map(endsOf));
    const expected = ends.map((pair) => WRITERS[version](...pair).toString('latin1') + asked);
    expect(arrived.sort()).toEqual(expected.sort());
    expect(segmentsAt(target.port)).toEqual(clients.map(() => 1));
  },
);

it('each target has the version of its own, or none', async () => {
  const [asAll, none, older] = [
    await recordingTarget('a\n'),
    await recordingTarget('b\n'),
    await recordingTarget('c\n'),
  ];
  const { port } = await startBalancer({
    targets: [listedAs(asAll), listedAs(none, { proxyProtocol: 'off' }), listedAs(older, { proxyProtocol: 'v1' })],
    balancerCount: 1,
    proxyProtocol: 'v2',
  });
  const writers: Record<string, typeof v1> = { a: v2, b: () => Buffer.alloc(0), c: v1 };
  const expected: Record<string, string[]> = { a: [], b: [], c: [] };
  for (let n = 0; n < 60; n += 1) {
    const client = clientSocket(port, clientAddress(n));
    client.write(`from ${n}\n`);
    const ends = await endsOf(client);
    const name = await targetName(client);
    const header = writers[name]?.(...ends).toString('latin1');
    expected[name]?.push(`${header}from ${n}\n`);
  }
  for (const [name, target] of Object.entries({ a: asAll, b: none, c: older })) {
    expect(expected[name]).not.toEqual([]);
    const arrived = () => target.connections.map(({ bytes }) => bytes.toString('latin1')).sort();
    await until('all to arrive', () => arrived().every((text) => text.endsWith('\n') && text.includes('from')));
    expect(arrived()).toEqual(expected[name]?.sort());
  }
});

it.each(VERSIONS)('a target that comes back is asked with a header that no client is behind: %s', async (version) => {
  const port = await lastingPort();
  const balancer = await startBalancer({
    targets: [{ host: '127.0.0.1', port }],
    balancerCount: 1,
    proxyProtocol: version,
  });
  await expect(whoServes(balancer.port, clientAddress(0))).rejects.toMatchObject({ code: 'ECONNRESET' });
  const { connections } = await recordingTarget('', port);
  await until('the target to be back', () => balancer.log.some(({ msg }) => msg.endsWith(`:${port} is back`)));
  const probed = await until('the probe to end', () => connections.find(({ socket }) => socket.readableEnded));
  const own = `PROXY TCP4 127.0.0.1 127.0.0.1 ${probed.remotePort} ${port}\r\n`;
  const local = '\r\n\r\n\0\r\nQUIT\n\x20\0\0\0';
  expect(probed.bytes.toString('latin1')).toBe(version === 'v1' ? own : local);
  expect(connections).toHaveLength(1);
});

/** How many connections to a port have so many bytes that have not been read there. */
function unreadAt(port: number, length: number): number {
  const rows = readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .map((row) => row.trim().split(/\s+/));
  const isHere = ([, local = '', , , queues = '']: string[]) =>
    Number.parseInt(local.split(':')[1] ?? '', 16) === port &&
    Number.parseInt(queues.split(':')[1] ?? '', 16) === length;
  return rows.filter(isHere).length;
}
