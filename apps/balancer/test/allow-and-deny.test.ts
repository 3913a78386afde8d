// The lists `allow` and `deny`: who is on the wrong side of them reaches no target, and a reload changes them.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from './support/balancer.ts';
import { clientSocket, targetName } from './support/clients.ts';
import { listedAs, recordingTarget } from './support/recording-target.ts';
import { outcome } from './support/turned-away.ts';
import { until } from './support/wait.ts';

const [NEAR, FAR, OTHER] = ['127.0.1.7', '127.0.2.7', '127.0.3.7'];

/** The config with other lists, loaded. */
async function reload(balancer: TestBalancer, lists: object): Promise<void> {
  const file = join(balancer.folder, 'config.json');
  const { allow: _, deny: __, ...rest } = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...rest, ...lists }));
  const { code, stdout, stderr } = await balancer.command('reload');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/reloaded .* changed/);
}

it.each([
  ['deny', { deny: ['127.0.1.0/24', OTHER] }, [FAR]],
  ['allow', { allow: [NEAR, '127.0.2.0/24'] }, [NEAR, FAR]],
  ['deny where allow has more', { allow: ['127.0.0.0/8'], deny: ['127.0.2.0/23'] }, [NEAR]],
  ['an empty allow', { allow: [] }, []],
  ['an empty deny', { deny: [] }, [NEAR, FAR, OTHER]],
])('turn clients away with FIN: %s', async (_, lists, welcome) => {
  const target = await recordingTarget('served\n');
  const balancer = await startBalancer({ targets: [listedAs(target)], balancerCount: 1, ...lists });
  for (const address of [NEAR, FAR, OTHER]) {
    const expected = welcome.includes(address) ? 'served' : 'end';
    expect([address, await outcome(balancer.port, address)]).toEqual([address, expected]);
    // Also one that has sent nothing.
    expect([address, await outcome(balancer.port, address, '')]).toEqual([address, expected]);
  }
  expect((await balancer.status()).counters).toMatchObject({
    accepted: 6,
    denied: 6 - 2 * welcome.length,
    malformed: 0,
    blocked: 0,
    unserved: 0,
    passedOver: 0,
  });
  expect(target.connections.map(({ socket }) => socket.remoteAddress)).toHaveLength(2 * welcome.length);
});

it('know an IPv4 client at the address of all', async () => {
  const target = await recordingTarget('served\n');
  const { port } = await startBalancer({
    targets: [listedAs(target)],
    balancerCount: 1,
    sourceHost: '::',
    deny: [NEAR],
  });
  expect(await outcome(port, NEAR)).toBe('end');
  expect(await outcome(port, FAR)).toBe('served');
});

it('are changed by a reload, which ends no connection', async () => {
  const target = await recordingTarget('served\n');
  const balancer = await startBalancer({ targets: [listedAs(target)], balancerCount: 1, deny: [FAR] });
  const who = async () => [await outcome(balancer.port, NEAR), await outcome(balancer.port, FAR)];
  expect(await who()).toEqual(['served', 'end']);
  const held = clientSocket(balancer.port, NEAR);
  expect(await targetName(held)).toBe('served');

  const before = await balancer.status();
  await reload(balancer, { deny: [NEAR] });
  expect(await who()).toEqual(['end', 'served']);
  await reload(balancer, { allow: [NEAR] });
  expect(await who()).toEqual(['served', 'end']);
  await reload(balancer, {});
  expect(await who()).toEqual(['served', 'served']);
  await reload(balancer, { allow: [OTHER] });
  expect(await who()).toEqual(['end', 'end']);

  held.write('still here');
  await until('its word to arrive', () => target.connections.some(({ bytes }) => bytes.includes('still here')));
  expect(held.readableEnded).toBe(false);
  const { pid, sourcePort, counters } = await balancer.status();
  expect([pid, sourcePort]).toEqual([before.pid, before.sourcePort]);
  expect(counters).toMatchObject({ accepted: 11, denied: 5 });
  expect(target.connections).toHaveLength(6);
});
