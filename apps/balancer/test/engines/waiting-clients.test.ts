// Clients that wait at a limit, for the end of their connection or for a place, are served then.
import { expect, it } from 'vitest';
import { startBalancer } from '../support/balancer.ts';
import { clientAddress, clientSocket } from '../support/clients.ts';
import { allGreeted, connectedClients } from '../support/held-clients.ts';
import { echoTarget, listed } from '../support/targets.ts';
import { until } from '../support/wait.ts';

const WORKERS = 4;

it('serves a client that waits for the end of each connection before it begins the next one', async () => {
  const target = await echoTarget('a');
  const balancer = await startBalancer({
    targets: listed([target]),
    balancerCount: WORKERS,
    maxConnectionsPerClient: 1,
  });
  for (let turn = 0; turn < 200; turn += 1) {
    const socket = clientSocket(balancer.port, clientAddress(0));
    await new Promise<void>((resolve, reject) => {
      socket.on('data', () => socket.end());
      socket.on('end', resolve);
      socket.on('error', reject);
    });
  }
  expect((await balancer.status()).counters.tooManyOfClient).toBe(0);
});

it('lets connections beyond maxConnections wait, and loses none', async () => {
  const target = await echoTarget('a');
  const balancer = await startBalancer({ targets: listed([target]), balancerCount: WORKERS, maxConnections: 20 });
  const clients = await connectedClients(balancer.port, 60);
  const served = () => clients.filter(({ target: name }) => name !== undefined);
  await until('the balancer to be full', () => served().length >= 20);
  await until('it to say so', () => balancer.log.some(({ msg }) => msg.includes('maxConnections')));
  expect((await balancer.status()).connections).toBeLessThanOrEqual(20 + WORKERS);
  while (served().length < clients.length) {
    const before = served().length;
    for (const { socket } of served().filter(({ over }) => over === undefined)) socket.end();
    await until('others to have their turn', () => served().length > before);
  }
  await allGreeted(clients);
  expect((await balancer.status()).counters.full).toBeGreaterThan(0);
});
