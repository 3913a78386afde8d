// The limits hold for the whole balancer, whichever worker a client meets.
import { expect, it } from 'vitest';
import { startBalancer } from './support/balancer.ts';
import { clientAddress, clientSocket, whoServes } from './support/clients.ts';
import { allGreeted, connectedClients } from './support/held-clients.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

const WORKERS = 4;

/** A connection of a client: whether it was greeted, or what became of it. */
function attempt(port: number, client: string) {
  const socket = clientSocket(port, client);
  let outcome: 'greeted' | 'reset' | 'ended' | undefined;
  socket.on('data', () => {
    outcome ??= 'greeted';
  });
  socket.on('error', () => {
    outcome ??= 'reset';
  });
  socket.on('end', () => {
    outcome ??= 'ended';
  });
  return { socket, outcome: () => outcome };
}

async function outcomes(port: number, client: string, count: number) {
  const attempts = Array.from({ length: count }, () => attempt(port, client));
  await until('all to be greeted or not', () => attempts.every(({ outcome }) => outcome() !== undefined));
  const greeted = attempts.filter(({ outcome }) => outcome() === 'greeted');
  return { greeted: greeted.map(({ socket }) => socket), words: new Set(attempts.map(({ outcome }) => outcome())) };
}

it('resets what is too much for one client, and serves the others', async () => {
  const target = await echoTarget('a');
  const balancer = await startBalancer({
    targets: listed([target]),
    balancerCount: WORKERS,
    maxConnectionsPerClient: 10,
  });
  const greedy = clientAddress(0);
  const { greeted, words } = await outcomes(balancer.port, greedy, 60);
  expect(words).toEqual(new Set(['greeted', 'reset']));
  expect(greeted.length).toBeGreaterThanOrEqual(10);
  expect(greeted.length).toBeLessThanOrEqual(10 + WORKERS);
  expect(await whoServes(balancer.port, clientAddress(1))).toBe('a');
  expect((await balancer.status()).counters.tooManyOfClient).toBe(60 - greeted.length);

  for (const socket of greeted) socket.destroy();
  await until('the connections to be over', async () => (await balancer.status()).connections === 0);
  expect(await whoServes(balancer.port, greedy)).toBe('a');
});

it('forgets what a dead worker had counted', async () => {
  const target = await echoTarget('a');
  const balancer = await startBalancer({
    targets: listed([target]),
    balancerCount: WORKERS,
    maxConnectionsPerClient: 5,
  });
  await outcomes(balancer.port, clientAddress(0), 40);
  const { workers } = await balancer.status();
  for (const { pid } of workers) process.kill(pid as number, 'SIGKILL');
  await until('their successors', async () => {
    const { workers: now } = await balancer.status();
    return now.every(({ state, pid }) => state === 'ready' && !workers.some((dead) => dead.pid === pid));
  });
  const { greeted } = await outcomes(balancer.port, clientAddress(0), 5);
  expect(greeted).toHaveLength(5);
});

it('resets what comes too fast from one client', async () => {
  const target = await echoTarget('a');
  const balancer = await startBalancer({
    targets: listed([target]),
    balancerCount: WORKERS,
    connectionRatePerClient: { perSecond: 0.1, burst: 20 },
  });
  const { greeted } = await outcomes(balancer.port, clientAddress(0), 100);
  expect(greeted.length).toBeGreaterThanOrEqual(20);
  expect(greeted.length).toBeLessThanOrEqual(20 + WORKERS);
  expect(await whoServes(balancer.port, clientAddress(1))).toBe('a');
  expect((await balancer.status()).counters.tooFastOfClient).toBe(100 - greeted.length);
});

it('passes over a target that is full, and calls it well', async () => {
  const [a, b] = await Promise.all(['a', 'b'].map((name) => echoTarget(name)));
  const [first, second] = listed([a, b] as never) as [object, object];
  const balancer = await startBalancer({
    targets: [{ ...first, maxConnections: 10 }, second],
    balancerCount: WORKERS,
  });
  const clients = await connectedClients(balancer.port, 100);
  await allGreeted(clients);
  const atFirst = clients.filter(({ target: name }) => name === 'a').length;
  expect(atFirst).toBeGreaterThanOrEqual(10);
  expect(atFirst).toBeLessThanOrEqual(10 + WORKERS);
  expect((await balancer.status()).targets.map(({ state }) => state)).toEqual(['available', 'available']);
});
