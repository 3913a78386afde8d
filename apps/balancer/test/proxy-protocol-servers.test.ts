// The PROXY protocol on the way out, as other servers read it: nginx of both versions, HAProxy with checksum and id as well.

import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startBalancer } from './support/balancer.ts';
import { later } from './support/cleanup.ts';
import { clientAddress } from './support/clients.ts';
import { HAS_HAPROXY, haproxyTarget } from './support/haproxy.ts';
import { HAS_IPV6 } from './support/network.ts';
import { HAS_NGINX, nginxTarget } from './support/nginx.ts';
import { type End, endsOf } from './support/proxy-headers.ts';

const V1 = { proxyProtocol: 'v1' };
const V2 = { proxyProtocol: 'v2' };
const CRC32C = { ...V2, proxyProtocolCrc32c: true };
const UNIQUE_ID = { ...V2, proxyProtocolUniqueId: true };
const BOTH = { ...CRC32C, ...UNIQUE_ID };

interface Answer {
  readonly ends: [source: End, destination: End];
  readonly body: string;
}

/** A request over a connection of its own, which the client may have from any address that it can have. */
async function ask(port: number, host: string, localAddress: string, path = '/'): Promise<Answer> {
  const socket = connect({ port, host, localAddress });
  later(() => socket.destroy());
  const ends = await endsOf(socket);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += chunk.toString('latin1');
  return { ends, body: answer.slice(answer.indexOf('\r\n\r\n') + 4) };
}

/** What it must have been told of a connection. */
function told([source, destination]: Answer['ends']) {
  return { client: source.host, clientPort: source.port, server: destination.host, serverPort: destination.port };
}

describe.skipIf(!HAS_NGINX)('a target that is nginx (needs nginx)', () => {
  it.each([
    ['v1', V1],
    ['v2', V2],
    ['v2 with a checksum', CRC32C],
    ['v2 with an id', UNIQUE_ID],
    ['v2 with both', BOTH],
  ])('is told of clients that come by IPv4: %s', async (_, options) => {
    const nginx = await nginxTarget();
    const targets = [{ host: nginx.host, port: nginx.port }];
    const { port } = await startBalancer({ targets, balancerCount: 1, ...options });
    for (const n of [0, 1, 2]) {
      const { ends, body } = await ask(port, '127.0.0.1', clientAddress(n), `/${n}`);
      expect(body).toBe('hello\n');
      expect(ends[0].host).toBe(clientAddress(n));
      expect(await nginx.told(`/${n}`)).toEqual({ ...told(ends), peer: '127.0.0.1' });
    }
  });

  it.skipIf(!HAS_IPV6).each([
    ['v1', '::1', V1],
    ['v1', '::', V1],
    ['v2', '::1', V2],
    ['v2', '::', V2],
    ['v2 with checksum and id', '::', BOTH],
  ])('is told of clients that come by IPv6: %s at %s (needs ::1)', async (_, sourceHost, options) => {
    const nginx = await nginxTarget();
    const targets = [{ host: nginx.host, port: nginx.port }];
    const { port } = await startBalancer({ targets, sourceHost, balancerCount: 1, ...options });
    const { ends, body } = await ask(port, '::1', '::1', '/six');
    expect(body).toBe('hello\n');
    expect(ends[0].host).toBe('::1');
    expect(await nginx.told('/six')).toEqual({ ...told(ends), peer: '127.0.0.1' });
    if (sourceHost !== '::') return;
    // A client by IPv4 is told of as one, whatever the socket says.
    const four = await ask(port, '127.0.0.8', clientAddress(0), '/four');
    expect(await nginx.told('/four')).toEqual({ ...told(four.ends), peer: '127.0.0.1' });
  });

  it('is told so on a unix-domain socket as well', async () => {
    const nginx = await nginxTarget();
    const { port } = await startBalancer({ targets: [{ path: nginx.path }], balancerCount: 1, ...V2 });
    const { ends } = await ask(port, '127.0.0.1', clientAddress(0), '/unix');
    expect(await nginx.told('/unix')).toEqual({ ...told(ends), peer: 'unix:' });
  });
});

describe.skipIf(!HAS_HAPROXY)('a target that is HAProxy, which looks at checksums (needs haproxy)', () => {
  it.each([
    ['v1', V1],
    ['v2 with a checksum', CRC32C],
    ['v2 with an id', UNIQUE_ID],
    ['v2 with both', BOTH],
  ])('is told of clients: %s', async (_, options) => {
    const { port } = await startBalancer({ targets: [await haproxyTarget()], balancerCount: 1, ...options });
    const ids = new Set<string>();
    for (const n of [0, 1, 2]) {
      const { ends, body } = await ask(port, '127.0.0.1', clientAddress(n));
      const [client, clientPort, server, serverPort, id = ''] = body.split(' ');
      expect({ client, clientPort: Number(clientPort), server, serverPort: Number(serverPort) }).toEqual(told(ends));
      ids.add(id);
    }
    if (!('proxyProtocolUniqueId' in options)) return expect([...ids]).toEqual(['']);
    expect(ids.size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9A-F]{32}$/);
  });
});
