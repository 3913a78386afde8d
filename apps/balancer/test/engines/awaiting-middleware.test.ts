// Middleware makes some clients wait for long: all others come and go meanwhile, and those who waited are served in the end.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBalancer } from '../support/balancer.ts';
import { statusOf } from '../support/control-socket.ts';
import { allGreeted, connectedClients } from '../support/held-clients.ts';
import { Load } from '../support/load.ts';
import { echoTarget, listed } from '../support/targets.ts';
import { until } from '../support/wait.ts';

const WAITING = 50;
/** The first client whose address begins with 127.0.9. */
const FIRST_WAITING = 2000;

/** Clients of 127.0.9.x are admitted when there is a file of that name. */
const CONTROLLER = `
import { existsSync } from 'node:fs';

const admitted = new URL('./admitted', import.meta.url);
const known = new Promise((resolve) => {
  const look = setInterval(() => {
    if (!existsSync(admitted)) return;
    clearInterval(look);
    resolve();
  }, 10);
});

export function run(balancer) {
  balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, async (socket, next) => {
    if (socket.clientAddress.startsWith('127.0.9.')) await known;
    next();
  });
}
`;

it('serves a thousand clients while others wait for the middleware, and then those', async () => {
  const targets = [await echoTarget('a'), await echoTarget('b')];
  const balancer = await startBalancer(
    {
      targets: listed(targets),
      balancerCount: 1,
      balancerControllerPath: 'controller.mjs',
      admitTimeout: 600_000,
    },
    { 'controller.mjs': CONTROLLER },
  );
  const waiting = await connectedClients(balancer.port, WAITING, FIRST_WAITING);
  await until('all to wait for the middleware', async () => (await statusOf(balancer)).counters.accepted === WAITING);
  for (const { socket } of waiting) socket.write('before it was admitted\n');

  const load = new Load({ port: balancer.port, rate: 500, clients: 1000 });
  await load.goesOn(1000);
  const conversations = await load.end();
  expect(load.failed).toEqual([]);
  expect(waiting.filter(({ target, over }) => target !== undefined || over !== undefined)).toEqual([]);

  await writeFile(join(balancer.folder, 'admitted'), '');
  await allGreeted(waiting);
  await Promise.all(waiting.map((client, n) => client.talk(`after it was admitted ${n}`)));
  expect((await statusOf(balancer)).counters).toMatchObject({
    accepted: WAITING + conversations.length,
    blocked: 0,
    unserved: 0,
    passedOver: 0,
  });
});
