// Targets whose names have several addresses, or another one than before. In networks of their own, as root.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from '../support/balancer.ts';
import { reload } from '../support/changed-config.ts';
import { clientAddress } from '../support/clients.ts';
import { host } from '../support/host.ts';
import { nextPrimary } from '../support/next-primary.ts';
import { addressesIn, CAN_SEPARATE, type OwnNetwork, ownNetwork, whoServesIn } from '../support/own-network.ts';
import { lastingPort } from '../support/ports.ts';
import { signal } from '../support/runtime-processes.ts';
import { stateHas } from '../support/state-files.ts';
import { echoTargetAt, type TestTarget } from '../support/targets.ts';
import { until } from '../support/wait.ts';

const CAN_DROP = CAN_SEPARATE && spawnSync('iptables', ['--version']).status === 0;
/** So long that no name is looked up as time passes. */
const dns = { interval: 86_400_000 };
const CLIENTS = Array.from({ length: 20 }, (_, n) => clientAddress(n));
/** As many connections of one client. */
const CLIENT = CLIENTS.map(() => clientAddress(0));
const all = (name: string | undefined) => CLIENTS.map(() => name);

const names = (...addresses: string[]) => addresses.map((address) => `${address} app.test\n`).join('');

/** Two servers of one name on the same port, the one whose address is found first before the other. */
async function twoServers(): Promise<{ network: OwnNetwork; first: TestTarget; second: TestTarget }> {
  const network = await ownNetwork([], `127.0.0.1 localhost\n${names('127.0.0.2', '127.0.0.3')}`);
  const [one = '', other = ''] = await addressesIn(network, 'app.test');
  expect([one, other].toSorted()).toEqual(['127.0.0.2', '127.0.0.3']);
  const first = await echoTargetAt('first', { host: one, network });
  const second = await echoTargetAt('second', { host: other, port: first.port, network });
  return { network, first, second };
}

async function balancerIn(network: OwnNetwork, { port }: TestTarget, more: object = {}): Promise<TestBalancer> {
  const targets = [{ host: 'app.test', port }];
  return await startBalancer({ targets, balancerCount: 2, dns, ...more }, {}, { network });
}

async function isAt({ host }: TestTarget, { log }: TestBalancer): Promise<void> {
  await until(`all to connect to ${host}`, () => log.some(({ msg }) => msg.includes(` is at ${host} now: `)));
}

it.runIf(CAN_SEPARATE)('keeps all clients on one address of a name, through a restart of that server', async () => {
  const { network, first, second } = await twoServers();
  const balancer = await balancerIn(network, first);
  expect(await whoServesIn(network, balancer.port, CLIENTS)).toEqual(all('first'));
  await first.kill();
  expect(await whoServesIn(network, balancer.port, CLIENTS)).toEqual(all('second'));
  await isAt(second, balancer);
  await first.start();
  expect(await whoServesIn(network, balancer.port, CLIENTS)).toEqual(all('second'));
  expect(await whoServesIn(network, balancer.port, CLIENT)).toEqual(all('second'));
  expect((await balancer.status()).counters).toMatchObject({ unserved: 0, passedOver: 0 });
});

it.runIf(CAN_SEPARATE)('keeps all clients on the agreed address of a name when the primary is killed', async () => {
  const { network, first, second } = await twoServers();
  const place = await host({ network });
  const { pid, sourcePort } = await place.start({
    sourcePort: await lastingPort(),
    sourceHost: '127.0.0.1',
    engine: process.env.TEST_ENGINE ?? 'auto',
    balancerCount: 2,
    targets: [{ host: 'app.test', port: first.port }],
    dns,
  });
  await first.kill();
  expect(await whoServesIn(network, sourcePort, CLIENTS)).toEqual(all('second'));
  await stateHas(place.runtime, [second.host]);
  await first.start();
  signal(pid, 'SIGKILL');
  await nextPrimary(place, pid);
  expect(await whoServesIn(network, sourcePort, CLIENTS)).toEqual(all('second'));
});

it.runIf(CAN_SEPARATE)('serves on where names have no answer any more when the primary is killed', async () => {
  const network = await ownNetwork([], `127.0.0.1 localhost\n${names('127.0.0.2')}`);
  const target = await echoTargetAt('a', { host: '127.0.0.2', network });
  const place = await host({ network });
  const sourcePort = await lastingPort();
  const targets = [{ host: 'app.test', port: target.port }];
  const engine = process.env.TEST_ENGINE ?? 'auto';
  const { pid } = await place.start({ sourcePort, sourceHost: '127.0.0.1', engine, balancerCount: 2, targets, dns });
  await stateHas(place.runtime, [target.host]);
  network.run(`printf '127.0.0.1 localhost\\n' > /etc/hosts`);
  signal(pid, 'SIGKILL');
  await nextPrimary(place, pid);
  expect(await whoServesIn(network, sourcePort, CLIENTS)).toEqual(all('a'));
  network.run(`printf '127.0.0.2 app.test\\n' > /etc/hosts`);
  expect(await place.command('reload')).toMatchObject({ code: 0 });
  await until('the name to have an answer', async () =>
    (await place.log()).some(({ msg }) => msg === 'target name app.test resolves again'),
  );
});

it.runIf(CAN_SEPARATE)('serves on where a name leads to the balancer itself when the primary is killed', async () => {
  const sourcePort = await lastingPort();
  const network = await ownNetwork([], `127.0.0.1 localhost\n${names('127.0.0.2')}`);
  const named = await echoTargetAt('named', { host: '127.0.0.2', port: sourcePort, network });
  const other = await echoTargetAt('other', { host: '127.0.0.3', network });
  const targets = [
    { host: 'app.test', port: named.port },
    { host: other.host, port: other.port },
  ];
  const place = await host({ network });
  const engine = process.env.TEST_ENGINE ?? 'auto';
  const config = { sourcePort, sourceHost: '127.0.0.1', engine, balancerCount: 2, targets, dns };
  const { pid } = await place.start(config);
  expect(new Set(await whoServesIn(network, sourcePort, CLIENTS))).toEqual(new Set(['named', 'other']));
  network.run(`printf '127.0.0.1 localhost\\n127.0.0.1 app.test\\n' > /etc/hosts`);
  signal(pid, 'SIGKILL');
  await nextPrimary(place, pid);
  expect(await whoServesIn(network, sourcePort, CLIENTS)).toEqual(all('other'));
  const warning = `target app.test:${sourcePort} is passed over while its name leads to this balancer itself (127.0.0.1)`;
  expect((await place.log()).map(({ msg }) => msg)).toContain(warning);
  expect(await place.command('reload')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is this balancer itself'),
  });
});

it.runIf(CAN_DROP)('leaves an address that is silent for one that answers (needs iptables)', async () => {
  const { network, first, second } = await twoServers();
  const balancer = await balancerIn(network, first);
  network.run(`iptables -A INPUT -d ${first.host} -p tcp -j DROP`);
  expect(await whoServesIn(network, balancer.port, CLIENTS.slice(0, 1))).toEqual(['second']);
  await isAt(second, balancer);
  network.run('iptables -F INPUT');
  expect(await whoServesIn(network, balancer.port, CLIENT)).toEqual(all('second'));
  expect((await balancer.status()).counters).toMatchObject({ unserved: 0, passedOver: 0 });
});

it.runIf(CAN_DROP)('serves others while all addresses of a name are silent (needs iptables)', async () => {
  const network = await ownNetwork(
    [],
    `127.0.0.1 localhost\n${names('127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5')}`,
  );
  const good = await echoTargetAt('good', { network });
  network.run('iptables -A INPUT -d 127.0.0.2/31,127.0.0.4/31 -p tcp -j DROP');
  const targets = [
    { host: 'app.test', port: good.port, weight: 1_000 },
    { host: good.host, port: good.port },
  ];
  const balancer = await balancerIn(network, good, { targets, connectTimeout: 1_000, connectBudget: 3_000 });
  expect(await whoServesIn(network, balancer.port, CLIENTS)).toEqual(all('good'));
  expect((await balancer.status()).counters).toMatchObject({ unserved: 0 });
});

it.runIf(CAN_SEPARATE)('reaches a server that has come back at another address with the first connection', async () => {
  const network = await ownNetwork([], `127.0.0.1 localhost\n${names('127.0.0.2')}`);
  const before = await echoTargetAt('before', { host: '127.0.0.2', network });
  const balancer = await balancerIn(network, before);
  expect(await whoServesIn(network, balancer.port, CLIENTS)).toEqual(all('before'));
  await before.kill();
  await echoTargetAt('after', { host: '127.0.0.3', port: before.port, network });
  network.run(`printf '127.0.0.3 app.test\\n' > /etc/hosts`);
  expect(await whoServesIn(network, balancer.port, CLIENTS)).toEqual(all('after'));
  expect((await balancer.status()).counters).toMatchObject({ unserved: 0, passedOver: 0 });
});

it.runIf(CAN_SEPARATE)('reaches a server whose name could not be resolved with the first connection', async () => {
  const network = await ownNetwork([], '127.0.0.1 localhost\n');
  const target = await echoTargetAt('late', { host: '127.0.0.2', network });
  const balancer = await balancerIn(network, target);
  network.run(`printf '127.0.0.2 app.test\\n' > /etc/hosts`);
  expect(await whoServesIn(network, balancer.port, CLIENTS)).toEqual(all('late'));
});

it.runIf(CAN_SEPARATE)('resolves all names at a reload, and goes by another interval', async () => {
  const { network, first, second } = await twoServers();
  const balancer = await balancerIn(network, first);
  expect(await whoServesIn(network, balancer.port, CLIENTS)).toEqual(all('first'));
  network.run(`printf '${second.host} app.test\\n' > /etc/hosts`);
  expect(await balancer.command('reload')).toMatchObject({ code: 0 });
  await isAt(second, balancer);
  expect(await whoServesIn(network, balancer.port, CLIENTS)).toEqual(all('second'));
  expect(await reload(balancer, { dns: { interval: 1_000 } })).toMatchObject({ changed: ['dns'], workersReplaced: 0 });
  network.run(`printf '${first.host} app.test\\n' > /etc/hosts`);
  await isAt(first, balancer);
});
