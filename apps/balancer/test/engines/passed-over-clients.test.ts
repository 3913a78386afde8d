// A client whose own target cannot take it for a moment is served by another one, and stays there, whichever worker it meets.
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer, temporaryFolder } from '../support/balancer.ts';
import { spawned } from '../support/cleanup.ts';
import { clientAddress, clientSocket, targetName, whoServes } from '../support/clients.ts';
import { currentStatus, sessionOf } from '../support/control-socket.ts';
import { allGreeted, connectedClients, type HeldClient } from '../support/held-clients.ts';
import { host } from '../support/host.ts';
import { nextPrimary } from '../support/next-primary.ts';
import { lastingPort } from '../support/ports.ts';
import { pause } from '../support/processes.ts';
import { signal } from '../support/runtime-processes.ts';
import { echoTarget, listed } from '../support/targets.ts';
import { until } from '../support/wait.ts';

const WORKERS = 4;
const CLIENTS = 60;

/** Says its name and a newline to every client, and has a queue of one. */
const UNIX = `
  const [name, path] = process.argv.slice(1);
  require('node:net').createServer((socket) => {
    socket.on('error', () => {});
    socket.write(name + '\\n');
  }).listen({ path, backlog: 1 }, () => process.send('listening'));
  process.on('disconnect', () => process.exit());
`;

it('stays where it was served while the accept queue of its own target was full', async () => {
  const path = join(await temporaryFolder(), 'slow');
  const slow = await unixTarget('slow', path);
  const others = await Promise.all(['b', 'c'].map(echoTarget));
  const balancer = await startBalancer({
    targets: [{ path }, ...listed(others)],
    balancerCount: WORKERS,
    connectTimeout: 300,
    connectBudget: 2_000,
  });
  await pause(slow.pid as number);
  const clients = await connectedClients(balancer.port, CLIENTS);
  await until('clients to be passed over', async () => {
    const { connections, counters } = await balancer.status();
    return connections === CLIENTS && counters.passedOver > 0 && clients.filter(isGreeted).length > CLIENTS / 2;
  });
  slow.kill('SIGCONT');
  await allGreeted(clients);
  await expectAllStay(balancer, clients);
});

it('stays where it was served while its own target had maxConnections', async () => {
  const [a, ...others] = await Promise.all(['a', 'b', 'c'].map(echoTarget));
  const targets = listed(others);
  const balancer = await startBalancer({
    targets: [{ ...listed(a ? [a] : [])[0], maxConnections: 2 }, ...targets],
    balancerCount: WORKERS,
  });
  const clients = await connectedClients(balancer.port, CLIENTS);
  await allGreeted(clients);
  const atHome = clients.filter(({ target }) => target === 'a');
  expect(atHome).toHaveLength(2);
  for (const { socket } of atHome) socket.destroy();
  await until('room at its own target', async () => (await balancer.status()).connections === CLIENTS - 2);
  await expectAllStay(
    balancer,
    clients.filter(({ target }) => target !== 'a'),
  );
});

it('goes back to its session, which lasts as long as the connection that is served elsewhere', async () => {
  const [a, b] = await Promise.all(['a', 'b'].map(echoTarget));
  const balancer = await startBalancer({
    targets: listed(a && b ? [a, b] : []).map((target) => ({ ...target, maxConnections: 1 })),
    balancerCount: WORKERS,
    sessionExpiry: 100,
    sessionExpiryInterval: 50,
  });
  const address = clientAddress(0);
  const first = clientSocket(balancer.port, address);
  const home = await targetName(first);
  const guest = clientSocket(balancer.port, address);
  expect(await targetName(guest)).not.toBe(home);
  first.destroy();
  await until('room at home', async () => (await balancer.status()).connections === 1);
  await whoServes(balancer.port, clientAddress(1));
  await until(
    'the session of another client to be over',
    async () => (await holders(balancer, clientAddress(1))) === 0,
  );
  expect(await holders(balancer, address)).toBe(1);
  expect(await whoServes(balancer.port, address)).toBe(home);
});

it('goes back to its connection at a worker whose primary is dead', async () => {
  const [a, b] = listed(await Promise.all(['a', 'b'].map(echoTarget)));
  const place = await host();
  const { pid, sourcePort } = await place.start({
    sourcePort: await lastingPort(),
    sourceHost: '127.0.0.1',
    engine: process.env.TEST_ENGINE ?? 'auto',
    balancerCount: 2,
    shutdownTimeout: 60_000,
    targets: [{ ...a, maxConnections: 1 }, b],
  });
  const connections = (count: number) =>
    until(`${count} connections`, async () => (await currentStatus(place.runtime))?.connections === count);
  const atHome: string[] = [];
  for (let n = 0; atHome.length < 2; n += 1) {
    await connections(0);
    if ((await whoServes(sourcePort, clientAddress(n))) === 'a') atHome.push(clientAddress(n));
  }
  const [address = '', another = ''] = atHome;
  await connections(0);
  expect(await targetName(clientSocket(sourcePort, address))).toBe('a');
  signal(pid, 'SIGKILL');
  await nextPrimary(place, pid);
  const other = clientSocket(sourcePort, another);
  expect(await targetName(other)).toBe('a');
  expect(await targetName(clientSocket(sourcePort, address))).toBe('b');
  other.destroy();
  await connections(1);
  expect(await whoServes(sourcePort, address)).toBe('a');
});

const isGreeted = ({ target }: HeldClient): boolean => target !== undefined;

/** Each client connects once more, and is served where its other connection is. */
async function expectAllStay({ port }: TestBalancer, clients: readonly HeldClient[]): Promise<void> {
  const addresses = clients.map(({ end }) => end.replace(/:\d+$/, ''));
  const served = await Promise.all(addresses.map((address) => whoServes(port, address)));
  expect(served).toEqual(clients.map(({ target }) => target));
}

/** How many processes have a session of a client. */
async function holders(balancer: TestBalancer, client: string): Promise<number> {
  return (await sessionOf(balancer, client))?.holders.length ?? 0;
}

async function unixTarget(name: string, path: string): Promise<ChildProcess> {
  const target = spawned(process.execPath, ['-e', UNIX, name, path], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await new Promise((resolve) => target.once('message', resolve));
  return target;
}
