// This machine has no port left for another connection to a target: others take the client, and no target is blamed.
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { startBalancer } from '../support/balancer.ts';
import { spawned } from '../support/cleanup.ts';
import type { Network } from '../support/network.ts';
import { CAN_SEPARATE, ownNetwork } from '../support/own-network.ts';
import { echoTargetAt, listed } from '../support/targets.ts';
import { until } from '../support/wait.ts';

/** Ports for connections to one address and port. None of them is a server's. */
const PORTS = 8;
const FIRST_PORT = 62_000;
/** More than two targets can be given. */
const CLIENTS = 20;

/** Connects when it is told to, and tells what each connection has heard or why it failed. It keeps them until it is told. */
const CLIENT = `
  const { connect } = require('node:net');
  const open = [];
  // To an address of this machine there are as many ports again, and the client's own address stays the same.
  const ask = (port, n) => new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.' + (10 + Math.floor(n / 4)) });
    open.push(socket);
    let heard = '';
    socket.on('error', (error) => resolve(error.code)).on('close', () => resolve('closed'));
    socket.on('data', (data) => { if ((heard += data).includes('\\n')) resolve(heard.trim()); });
  });
  process.on('message', async ({ port, count, reset }) => {
    const answers = [];
    for (let n = 0; n < count; n += 1) answers.push(await ask(port, n));
    if (reset) for (const socket of open.splice(0)) socket.resetAndDestroy();
    process.send(answers);
  });
  process.on('disconnect', () => process.exit());
  process.send('up');
`;

interface Order {
  readonly port: number;
  readonly count: number;
  /** Whether all connections are to be reset afterwards. */
  readonly reset: boolean;
}

it.runIf(CAN_SEPARATE)('passes over targets to which no port is left (as root, in a network of its own)', async () => {
  const network = await ownNetwork([], '127.0.0.1 localhost\n');
  const targets = [await echoTargetAt('a', { network }), await echoTargetAt('b', { network, host: '127.0.0.2' })];
  const balancer = await startBalancer(
    { targets: listed(targets), balancerCount: 1, sourceHost: '0.0.0.0' },
    {},
    { network },
  );
  const range = `echo "${FIRST_PORT} ${FIRST_PORT + PORTS - 1}" > /proc/sys/net/ipv4/ip_local_port_range`;
  execFileSync(...network.enter('sh', '-c', range));
  const client = await clientIn(network);

  const answers = await client({ port: balancer.port, count: CLIENTS, reset: false });
  const lost = CLIENTS - 2 * PORTS;
  expect(answers.toSorted()).toEqual([...Array(lost).fill('ECONNRESET'), ...times('a'), ...times('b')]);
  expect(answers.slice(2 * PORTS)).toEqual(Array(lost).fill('ECONNRESET'));
  const { counters, targets: states } = await balancer.status();
  expect(counters).toMatchObject({ accepted: CLIENTS, unserved: lost });
  // Each that was lost has been passed over by both, and others by one.
  expect(counters.passedOver).toBeGreaterThan(2 * lost);
  expect(states.map(({ state }) => state)).toEqual(['available', 'available']);
  expect(balancer.log.filter(({ msg }) => msg.includes('suspended'))).toEqual([]);
  await until('the log to say why', () =>
    balancer.log.some(({ msg }) => /^this machine could not connect to 127\.0\.0\.[12]:\d+: EADDRNOTAVAIL$/.test(msg)),
  );

  await client({ port: balancer.port, count: 0, reset: true });
  await until('all connections to be over', async () => (await balancer.status()).connections === 0);
  const again = await client({ port: balancer.port, count: 2 * PORTS, reset: true });
  expect(again.toSorted()).toEqual([...times('a'), ...times('b')]);
});

function times(name: string): string[] {
  return Array(PORTS).fill(name);
}

/** Clients in that network. @returns how to give them an order, which resolves with what became of it */
async function clientIn(network: Network): Promise<(order: Order) => Promise<string[]>> {
  const child = spawned(...network.enter(process.execPath, '-e', CLIENT), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const messages: unknown[] = [];
  child.on('message', (message) => messages.push(message));
  const next = () => until('a word of the clients', () => messages.shift());
  await next();
  return async (order) => {
    child.send(order);
    return (await next()) as string[];
  };
}
