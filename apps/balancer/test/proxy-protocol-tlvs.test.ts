// The additional fields of a trusted proxy's header, passed on to targets, and headers of nginx that mix families.
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from './support/balancer.ts';
import { later } from './support/cleanup.ts';
import { clientSocket } from './support/clients.ts';
import { HAS_HAPROXY, haproxyBefore, haproxyTarget } from './support/haproxy.ts';
import { HAS_NGINX_STREAM, nginxBefore } from './support/nginx.ts';
import { v2 } from './support/proxy-headers.ts';
import { listedAs, recordingTarget } from './support/recording-target.ts';

const PASSING = {
  balancerCount: 1,
  acceptProxyProtocol: { trustedProxies: ['127.0.0.1'] },
  proxyProtocol: 'v2',
  proxyProtocolTlvs: 'pass',
};
const FROM = { host: '192.0.2.7', port: 1234 };
const TO = { host: '192.0.2.1', port: 443 };
const VENDOR = Buffer.from([0xea, 0, 5, 1, ...Buffer.from('vpce')]);
const PADDING = Buffer.from([4, 0, 2, 0, 0]);

function headerWith(...tlvs: Buffer[]): Buffer {
  const header = Buffer.concat([v2(FROM, TO), ...tlvs]);
  header.writeUInt16BE(header.length - 16, 14);
  return header;
}

it('come to the target as they were, without padding, and are in no header of version 1', async () => {
  const targets = [await recordingTarget(), await recordingTarget()] as const;
  const first = await startBalancer({ ...PASSING, targets: [listedAs(targets[0])] });
  clientSocket(first.port, '127.0.0.1').write(Buffer.concat([headerWith(PADDING, VENDOR), Buffer.from('hello')]));
  const expected = Buffer.concat([headerWith(VENDOR), Buffer.from('hello')]);
  expect((await targets[0].brought(expected.length)).bytes).toEqual(expected);
  // A stranger's header is bytes.
  const whole = headerWith(VENDOR);
  clientSocket(first.port, '127.0.0.2').write(whole);
  expect((await targets[0].brought(28 + whole.length, 1)).bytes.subarray(28)).toEqual(whole);

  const other = await startBalancer({ ...PASSING, targets: [listedAs(targets[1], { proxyProtocol: 'v1' })] });
  clientSocket(other.port, '127.0.0.1').write(Buffer.concat([headerWith(VENDOR), Buffer.from('hello')]));
  const line = 'PROXY TCP4 192.0.2.7 192.0.2.1 1234 443\r\nhello';
  expect((await targets[1].brought(line.length)).bytes.toString()).toBe(line);
});

describe.skipIf(!HAS_HAPROXY)('between two HAProxies (needs haproxy)', () => {
  /** The id that the first one has given is text. */
  const before = ({ port }: TestBalancer) =>
    haproxyBefore(port, 'send-proxy-v2 proxy-v2-options unique-id,crc32c', 'unique-id-format front-%ci-%cp');

  async function toldId(port: number): Promise<{ id: string | undefined; clientPort: number }> {
    const socket = connect({ port, host: '127.0.0.1' });
    later(() => socket.destroy());
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    let answer = '';
    for await (const chunk of socket) answer += chunk.toString('latin1');
    const [, clientPort, , , id] = answer.slice(answer.indexOf('\r\n\r\n') + 4).split(' ');
    return { id, clientPort: Number(clientPort) };
  }

  it.each([{}, { proxyProtocolCrc32c: true }])("the first one's id comes to the second: %j", async (more) => {
    const balancer = await startBalancer({ ...PASSING, ...more, targets: [await haproxyTarget()] });
    const { id, clientPort } = await toldId(await before(balancer));
    expect(Buffer.from(id ?? '', 'hex').toString()).toBe(`front-127.0.0.1-${clientPort}`);
  });

  it('where the balancer sets an id, that one comes alone', async () => {
    const own = { proxyProtocolCrc32c: true, proxyProtocolUniqueId: true };
    const balancer = await startBalancer({ ...PASSING, ...own, targets: [await haproxyTarget()] });
    expect((await toldId(await before(balancer))).id).toMatch(/^[0-9A-F]{32}$/);
  });
});

describe.skipIf(!HAS_NGINX_STREAM)(
  'behind nginx that is behind another proxy (needs nginx with its stream module)',
  () => {
    it.each([
      ['PROXY TCP6 2001:db8::7 2001:db8::1 1234 443\r\n', '2001:db8::7'],
      ['PROXY TCP4 192.0.2.7 192.0.2.1 1234 443\r\n', '192.0.2.7'],
    ])('the client is the one of %j', async (line, client) => {
      const target = await recordingTarget();
      const balancer = await startBalancer({ ...PASSING, proxyProtocol: 'v1', targets: [listedAs(target)] });
      const port = await nginxBefore(balancer.port);
      clientSocket(port, '127.0.0.1').write(`${line}hello`);
      const { bytes } = await target.brought(40);
      // nginx names itself as the destination.
      const family = client.includes(':') ? 'TCP6' : 'TCP4';
      const self = client.includes(':') ? '::ffff:7f00:1' : '127.0.0.1';
      expect(bytes.toString()).toBe(`PROXY ${family} ${client} ${self} 1234 ${port}\r\nhello`);
      expect((await balancer.status()).counters.malformed).toBe(0);
    });
  },
);
