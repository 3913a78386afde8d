// A target on a unix-domain socket whose accept queue is full: its clients wait for it, in order, and it is not blamed.
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from '../support/balancer.ts';
import { allGreeted, connectedClients, type HeldClient, heldClient } from '../support/held-clients.ts';
import { BACKLOG, queueingTarget } from '../support/queueing-target.ts';
import { until } from '../support/wait.ts';

const CLIENTS = 15;

/** Clients that were accepted one after the other. */
async function clientsInOrder(balancer: TestBalancer): Promise<HeldClient[]> {
  const clients: HeldClient[] = [];
  for (let n = 0; n < CLIENTS; n += 1) {
    clients.push(...(await connectedClients(balancer.port, 1, n)));
    await until('it to be dialed', async () => (await balancer.status()).targets[0]?.connections === clients.length);
  }
  return clients;
}

it('keeps the clients of a single target waiting until it has room, serves them in order, and forgets who leaves', async () => {
  const target = await queueingTarget('a');
  const balancer = await startBalancer({
    targets: [{ path: target.path }],
    balancerCount: 1,
    connectBudget: 60_000,
  });
  await target.standStill();
  const clients = await clientsInOrder(balancer);
  await until('a line in the log', () =>
    balancer.log.find(({ msg }) => /^the accept queue of unix:.* is full/.test(msg)),
  );
  expect(clients.filter(({ over }) => over !== undefined)).toEqual([]);
  const [gone] = clients.splice(CLIENTS - 5, 1);
  gone?.socket.resetAndDestroy();
  // With the engine streams, who leaves is noticed when there is room.
  const next = heldClient(balancer.port, CLIENTS);

  target.goOn();
  await allGreeted([...clients, next]);
  const order = clients.map(({ target: greeting }) => Number(greeting?.split(' ')[1]));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  const { counters, targets } = await balancer.status();
  expect(counters).toMatchObject({ accepted: CLIENTS + 1, unserved: 0, passedOver: 0 });
  expect(targets[0]?.state).toBe('available');
  expect(balancer.log.filter(({ msg }) => msg.includes('suspended'))).toEqual([]);
});

it('passes a target over that is full for connectTimeout, and does not suspend it', async () => {
  const targets = [await queueingTarget('a'), await queueingTarget('b')];
  const balancer = await startBalancer({
    targets: targets.map(({ path }, n) => ({ path, weight: n === 0 ? 20 : 1 })),
    balancerCount: 1,
    connectTimeout: 500,
  });
  await targets[0]?.standStill();
  const clients = await connectedClients(balancer.port, CLIENTS);
  const greeted = () => clients.filter(({ target }) => target !== undefined);
  await until('all but those in its queue to be served elsewhere', () => greeted().length === CLIENTS - BACKLOG - 1);
  targets[0]?.goOn();
  await allGreeted(clients);
  const status = await balancer.status();
  expect(status.counters).toMatchObject({ accepted: CLIENTS, unserved: 0 });
  expect(status.counters.passedOver).toBeGreaterThan(0);
  expect(status.targets.map(({ state }) => state)).toEqual(['available', 'available']);
  expect(balancer.log.filter(({ msg }) => msg.includes('suspended'))).toEqual([]);
});
