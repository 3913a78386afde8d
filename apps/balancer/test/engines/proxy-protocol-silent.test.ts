// The PROXY protocol on the way in: what becomes of connections on which a trusted proxy sends nothing.
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from '../support/balancer.ts';
import { clientSocket, targetName } from '../support/clients.ts';
import { statusOf } from '../support/control-socket.ts';
import { v1 } from '../support/proxy-headers.ts';
import { listedAs, type RecordingTarget, recordingTarget } from '../support/recording-target.ts';
import { outcomeOf } from '../support/turned-away.ts';
import { eventually } from '../support/wait.ts';

const PROXY = '127.0.0.1';

function balancerOf(target: RecordingTarget, accept: object = {}, more: object = {}): Promise<TestBalancer> {
  const acceptProxyProtocol = { trustedProxies: [PROXY], ...accept };
  return startBalancer({ targets: [listedAs(target)], balancerCount: 1, acceptProxyProtocol, ...more });
}

it.each(['end', 'resetAndDestroy'] as const)('counts probes that %s, and warns of none', async (how) => {
  const target = await recordingTarget('served\n');
  const balancer = await balancerOf(target);
  for (let n = 1; n <= 3; n += 1) {
    const socket = clientSocket(balancer.port, PROXY);
    // Whoever is gone before it is accepted isn't counted everywhere.
    await eventually(async () => expect((await statusOf(balancer)).counters.accepted).toBe(n));
    socket[how]();
    if (how === 'end') expect(await outcomeOf(socket)).toBe('end');
    await eventually(async () => expect((await statusOf(balancer)).counters.probes).toBe(n));
  }
  expect((await statusOf(balancer)).counters).toMatchObject({ accepted: 3, probes: 3, malformed: 0, blocked: 0 });
  expect((await balancer.command('status')).stdout).toContain('Probes:      3 by proxies, closed without a byte\n');
  expect(balancer.log.filter(({ level }) => level !== 'info')).toEqual([]);
  expect(target.connections).toEqual([]);
});

it('serves a silent connection after headerTimeout where no header is required', async () => {
  const target = await recordingTarget('served\n');
  const balancer = await balancerOf(target, { required: false, headerTimeout: 200 }, { proxyProtocol: 'v1' });
  const began = performance.now();
  const socket = clientSocket(balancer.port, PROXY);
  expect(await targetName(socket)).toBe('served');
  expect(performance.now() - began).toBeGreaterThanOrEqual(190);
  // It is relayed as any other, its own address told.
  socket.write('hello');
  const own = v1({ host: PROXY, port: socket.localPort as number }, { host: PROXY, port: balancer.port });
  const expected = Buffer.concat([own, Buffer.from('hello')]);
  expect((await target.brought(expected.length)).bytes).toEqual(expected);
  expect((await statusOf(balancer)).counters).toMatchObject({ accepted: 1, blocked: 0, malformed: 0, probes: 0 });
});

it.each(['PRO', '\r\n\r\n'])('serves a direct client that has sent only %j after headerTimeout', async (beginning) => {
  const target = await recordingTarget('served\n');
  const balancer = await balancerOf(target, { required: false, headerTimeout: 1 });
  const socket = clientSocket(balancer.port, PROXY);
  socket.write(beginning);
  expect(await targetName(socket)).toBe('served');
  socket.write('hello');
  expect((await target.brought(beginning.length + 5)).bytes.toString()).toBe(`${beginning}hello`);
});

it('waits for the rest of a header that has begun', async () => {
  const target = await recordingTarget('served\n');
  const balancer = await balancerOf(target, { required: false, headerTimeout: 1 }, { proxyProtocol: 'v1' });
  const header = v1({ host: '192.0.2.7', port: 1234 }, { host: '192.0.2.1', port: 443 });
  const begun = clientSocket(balancer.port, PROXY);
  begun.write(header.subarray(0, 10));
  // One that comes later and is silent is served before.
  expect(await targetName(clientSocket(balancer.port, PROXY))).toBe('served');
  begun.write(header.subarray(10));
  expect(await targetName(begun)).toBe('served');
  expect((await target.brought(header.length, 1)).bytes).toEqual(header);
});
