// A target that drains keeps its clients for drainTimeout, and then none.
import { expect, it } from 'vitest';
import { startBalancer } from '../support/balancer.ts';
import { reload } from '../support/changed-config.ts';
import { clientAddress, whoServes } from '../support/clients.ts';
import { allGreeted, connectedClients } from '../support/held-clients.ts';
import { echoTarget, listed } from '../support/targets.ts';
import { until } from '../support/wait.ts';

/** ms, far longer than a test may take. */
const FOR_EVER = 600_000;
/** ms. */
const SOON = 500;

it('clients of a draining target are let go of after drainTimeout, and go elsewhere when they come back', async () => {
  const targets = await Promise.all(['a', 'b'].map(echoTarget));
  const balancer = await startBalancer({ targets: listed(targets), balancerCount: 2, drainTimeout: FOR_EVER });
  const clients = await connectedClients(balancer.port, 20);
  await allGreeted(clients);
  const [leaving] = listed(targets) as [{ host: string; port: number }];
  const set = async (mode: 'drain' | 'enable') => {
    expect((await balancer.command(mode, `${leaving.host}:${leaving.port}`)).code).toBe(0);
  };
  await set('drain');
  const ofA = clients.filter(({ target }) => target === 'a');
  const others = clients.filter(({ target }) => target !== 'a');
  expect(ofA.length).toBeGreaterThan(0);
  await Promise.all(ofA.map((client, n) => client.talk(`while it drains ${n}`)));

  await set('enable');
  await reload(balancer, { drainTimeout: SOON });
  const asked = performance.now();
  await set('drain');
  await until('them to be let go of', () => ofA.every(({ over }) => over === 'ECONNRESET'));
  expect(performance.now() - asked).toBeGreaterThanOrEqual(SOON);
  for (const [n, client] of clients.entries()) {
    if (client.target === 'a') expect(await whoServes(balancer.port, clientAddress(n))).toBe('b');
  }
  await Promise.all(others.map((client, n) => client.talk(`all the while ${n}`)));
  expect((await balancer.status()).targets.map(({ state }) => state)).toEqual(['disabled', 'available']);
});
