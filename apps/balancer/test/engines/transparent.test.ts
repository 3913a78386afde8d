// Targets that see a client's own address, as root: the right to connect from it is the kernel's to give. On loopback the
// answers come back by themselves; through networks, by the rules of the README.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command, startBalancer, temporaryFolder } from '../support/balancer.ts';
import { spawned } from '../support/cleanup.ts';
import { clientAddress, whoServes } from '../support/clients.ts';
import { HAS_IPV6, HERE } from '../support/network.ts';
import { CAN_SEPARATE, ownNetwork, whoServesIn } from '../support/own-network.ts';
import { lastingPort } from '../support/ports.ts';
import { type Family, PLACES, routedNetworks } from '../support/routed-networks.ts';
import { echoTargetAt, listed, type TestTarget } from '../support/targets.ts';
import { until } from '../support/wait.ts';

const IS_ROOT = process.getuid?.() === 0;
/** The tool, and what it needs in the kernel. */
const CAN_MARK =
  CAN_SEPARATE &&
  ['iptables', 'ip6tables'].every((tool) => {
    const rule = ['-t', 'mangle', '-A', 'PREROUTING', '-p', 'tcp', '-m', 'socket', '--transparent', '-j', 'MARK'];
    return spawnSync('unshare', ['--net', tool, ...rule, '--set-mark', '1'], { stdio: 'ignore' }).status === 0;
  });
const CAN_REJECT =
  CAN_SEPARATE &&
  spawnSync(
    'unshare',
    ['--net', 'iptables', '-A', 'INPUT', '-p', 'tcp', '-j', 'REJECT', '--reject-with', 'tcp-reset'],
    {
      stdio: 'ignore',
    },
  ).status === 0;
const FAMILIES: readonly Family[] = HAS_IPV6 ? ['IPv4', 'IPv6'] : ['IPv4'];
const STREAMS = process.env.TEST_ENGINE === 'streams';

/** Says to each client where its connection comes from. */
const MIRROR = `
  require('node:net').createServer((socket) => {
    socket.on('error', () => {});
    socket.end(socket.remoteAddress + '\\n');
  }).listen(Number(process.argv[2]), process.argv[1], () => process.send('listening'));
  process.on('disconnect', () => process.exit());
`;

async function mirror(host: string, port: number, network = HERE): Promise<{ host: string; port: number }> {
  const started = spawned(...network.enter(process.execPath, '-e', MIRROR, host, String(port)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let isUp = false;
  started.once('message', () => {
    isUp = true;
  });
  await until('the target to listen', () => isUp);
  return { host, port };
}

it.skipIf(!IS_ROOT || STREAMS)('the target sees the client itself (as root)', async () => {
  const target = await mirror('127.0.0.1', await lastingPort());
  const balancer = await startBalancer({ targets: [target], balancerCount: 2, transparent: true });
  for (const n of [0, 1, 300]) expect(await whoServes(balancer.port, clientAddress(n))).toBe(clientAddress(n));
  expect((await balancer.status()).counters).toMatchObject({ passedOver: 0, unserved: 0 });
});

describe.runIf(CAN_SEPARATE && !STREAMS)("with the README's rules (as root, in networks of their own)", () => {
  const [marked = '', byInterface = ''] = rulesOf('A target that must see the client, and knows no header');

  it.runIf(CAN_MARK).each(FAMILIES)('for marked packets, over %s (needs iptables)', async (family) => {
    await expectSeen(family, marked);
  });

  it.each(FAMILIES)('for an interface, over %s', async (family) => {
    await expectSeen(family, byInterface);
  });

  async function expectSeen(family: Family, rules: string): Promise<void> {
    const networks = await routedNetworks(family);
    const { clients, balancer: host, target } = PLACES[family];
    const own = family === 'IPv4' ? rules : rules.replaceAll('iptables', 'ip6tables').replaceAll('ip r', 'ip -6 r');
    networks.balancer.run(own);
    const { port, status } = await startBalancer(
      {
        sourceHost: host,
        targets: [await mirror(target, 8000, networks.targets)],
        balancerCount: 2,
        transparent: true,
      },
      {},
      { network: networks.balancer },
    );
    expect(await whoServesIn(networks.clients, port, clients, host)).toEqual(clients);
    expect((await status()).counters).toMatchObject({ accepted: clients.length, passedOver: 0, unserved: 0 });
  }
});

describe.runIf(CAN_REJECT && !STREAMS)('with targets whose firewall rejects clients (as root, needs iptables)', () => {
  const CLIENTS = Array.from({ length: 40 }, (_, n) => clientAddress(n));
  const BANNED = '127.66.66.66';

  async function start(rejects: (ports: readonly number[]) => string[]) {
    const network = await ownNetwork([], '127.0.0.1 localhost\n');
    const targets = await Promise.all(['a', 'b', 'c'].map((name) => echoTargetAt(name, { network })));
    for (const rule of rejects(targets.map(({ port }) => port))) {
      network.run(`iptables -A INPUT -p tcp ${rule} -j REJECT --reject-with tcp-reset`);
    }
    const options = { targets: listed(targets), balancerCount: 2, transparent: true, sessionExpiry: 600_000 };
    const balancer = await startBalancer(options, {}, { network });
    const served = (clients: readonly string[]) => whoServesIn(network, balancer.port, clients);
    const states = async () => (await balancer.status()).targets.map(({ state }) => state);
    return { balancer, targets, served, states };
  }

  it('suspends none of them, and moves no other client', async () => {
    const { balancer, served, states } = await start((ports) => ports.map((port) => `-s ${BANNED} --dport ${port}`));
    const before = await served(CLIENTS);
    expect(await served([BANNED, BANNED, BANNED])).toEqual(['ECONNRESET', 'ECONNRESET', 'ECONNRESET']);
    expect(await served(CLIENTS)).toEqual(before);
    expect(await states()).toEqual(['available', 'available', 'available']);
    expect(balancer.log.filter(({ msg }) => msg.includes('is suspended'))).toEqual([]);
  });

  it('serves those whom one target rejects by the others, and leaves it its own clients', async () => {
    const { served, states } = await start(([port]) => [`-s 127.66.66.0/24 --dport ${port}`]);
    const before = await served(CLIENTS);
    expect(before).toContain('a');
    const banned = Array.from({ length: 20 }, (_, n) => `127.66.66.${n + 1}`);
    for (const name of await served(banned)) expect(['b', 'c']).toContain(name);
    expect(await served(CLIENTS)).toEqual(before);
    expect(await states()).toEqual(['available', 'available', 'available']);
  });

  it('suspends a target that is down, and restores it when it answers', async () => {
    const { balancer, targets, served } = await start(() => []);
    const [a] = targets as [TestTarget];
    await a.kill();
    const said = (what: string) => balancer.log.some(({ msg }) => msg.startsWith(`target ${a.host}:${a.port} ${what}`));
    expect(await served(CLIENTS)).not.toContain('a');
    await until('the target to be suspended', () => said('is suspended'));
    await a.start();
    await until('the target to be back', () => said('is back'));
    expect(await served(CLIENTS.map((_, n) => clientAddress(100 + n)))).toContain('a');
  });
});

/** The commands in a section of the README, each block by itself. */
function rulesOf(heading: string): string[] {
  const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');
  const section = readme.split(`### ${heading}\n`)[1]?.split('\n#')[0] ?? '';
  return [...section.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block);
}

it('is refused with the engine that cannot do it, before the port is opened', async () => {
  const folder = await temporaryFolder();
  const config = { sourcePort: await lastingPort(), targets: [{ host: '127.0.0.1', port: 1 }], transparent: true };
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, engine: 'streams' }));
  const { code, stderr } = await command(folder, 'run');
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('set engine to "epoll"') });
});
