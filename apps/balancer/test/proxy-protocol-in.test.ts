// The PROXY protocol on the way in: clients behind HAProxy are told apart, as if they had come themselves.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startBalancer } from './support/balancer.ts';
import { clientAddress, clientSocket, whoServes } from './support/clients.ts';
import { HAS_HAPROXY, haproxyBefore } from './support/haproxy.ts';
import { endsOf, v2 } from './support/proxy-headers.ts';
import { listedAs, recordingTarget } from './support/recording-target.ts';
import { echoTarget, listed } from './support/targets.ts';
import { outcome } from './support/turned-away.ts';
import { until } from './support/wait.ts';

const acceptProxyProtocol = { trustedProxies: ['127.0.0.1/32'] };
const SENDS = ['send-proxy', 'send-proxy-v2', 'send-proxy-v2 proxy-v2-options crc32c'];

/** Writes down whom it is asked about. */
const CONTROLLER = `
import { appendFileSync } from 'node:fs';

const seen = new URL('./seen', import.meta.url);

export function run(balancer) {
  balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, (socket, next) => {
    const { remoteAddress, remotePort, remoteFamily, localAddress, localPort, clientAddress } = socket;
    appendFileSync(seen, JSON.stringify({ remoteAddress, remotePort, remoteFamily, localAddress, localPort, clientAddress }) + '\\n');
    next();
  });
}
`;

describe.skipIf(!HAS_HAPROXY).each(SENDS)('behind HAProxy with %s (needs haproxy)', (sends) => {
  it('each client stays on a target of its own', async () => {
    const targets = [await echoTarget('a'), await echoTarget('b'), await echoTarget('c')];
    const balancer = await startBalancer({ targets: listed(targets), balancerCount: 1, acceptProxyProtocol });
    const port = await haproxyBefore(balancer.port, sends);
    const addresses = Array.from({ length: 40 }, (_, n) => clientAddress(n));
    const servedBy = await Promise.all(
      addresses.map((address) => Promise.all([1, 2, 3].map(() => whoServes(port, address)))),
    );
    for (const names of servedBy) expect(new Set(names).size).toBe(1);
    expect(new Set(servedBy.flat())).toEqual(new Set(['a', 'b', 'c']));
    const { sessions, counters } = await balancer.status();
    expect(sessions).toBeGreaterThanOrEqual(addresses.length);
    expect(counters).toMatchObject({ accepted: 120, denied: 0, malformed: 0, blocked: 0, unserved: 0 });
  });

  it('the middleware, the lists and the targets know the client', async () => {
    const target = await recordingTarget('served\n');
    const balancer = await startBalancer(
      {
        targets: [listedAs(target)],
        balancerCount: 1,
        acceptProxyProtocol,
        proxyProtocol: 'v2',
        deny: [clientAddress(9)],
        balancerControllerPath: 'controller.mjs',
      },
      { 'controller.mjs': CONTROLLER },
    );
    const port = await haproxyBefore(balancer.port, sends);
    const client = clientSocket(port, clientAddress(7));
    client.write('hello');
    const [source, destination] = await endsOf(client);
    const expected = Buffer.concat([v2(source, destination), Buffer.from('hello')]);
    expect((await target.brought(expected.length)).bytes).toEqual(expected);
    expect(await outcome(port, clientAddress(9))).not.toBe('served');

    const seen = (await readFile(join(balancer.folder, 'seen'), 'utf8')).trim().split('\n');
    expect(seen.map((line) => JSON.parse(line))).toEqual([
      {
        remoteAddress: clientAddress(7),
        remotePort: source.port,
        remoteFamily: 'IPv4',
        localAddress: '127.0.0.1',
        localPort: port,
        clientAddress: clientAddress(7),
      },
    ]);
    expect((await balancer.status()).counters).toMatchObject({ accepted: 2, denied: 1 });
    expect(target.connections).toHaveLength(1);
  });

  it('its health checks are connections of its own, and no fault of anybody', async () => {
    const target = await recordingTarget();
    const balancer = await startBalancer({
      targets: [listedAs(target)],
      balancerCount: 1,
      acceptProxyProtocol,
      allow: ['127.0.0.1'],
    });
    await haproxyBefore(balancer.port, `${sends} check inter 50ms`);
    // HAProxy resets what it has checked, and one that is gone before it is accepted isn't counted everywhere.
    const { counters } = await until('some checks', async () => {
      const status = await balancer.status();
      return status.counters.accepted >= 2 && status;
    });
    expect(counters).toMatchObject({ denied: 0, malformed: 0, blocked: 0, unserved: 0 });
  });
});
