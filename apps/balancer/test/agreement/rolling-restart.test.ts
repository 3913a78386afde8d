// Targets that are restarted one after the other, under clients that come back whenever their connection ends.
import { expect, it } from 'vitest';
import { startBalancer } from '../support/balancer.ts';
import { allGreeted, connectedClients, type HeldClient } from '../support/held-clients.ts';
import { echoTarget, listed, type TestTarget } from '../support/targets.ts';
import { until } from '../support/wait.ts';

const CLIENTS = 150;

it('brings each target back without a new client, and spreads those who come back over all others', async () => {
  const targets = await Promise.all(['a', 'b', 'c'].map(echoTarget));
  const balancer = await startBalancer({ targets: listed(targets), balancerCount: 2, sessionExpiry: 600_000 });
  const said = ({ host, port }: TestTarget, what: string): boolean =>
    balancer.log.some(({ msg }) => msg.startsWith(`target ${host}:${port} ${what}`));
  const clients = await connectedClients(balancer.port, CLIENTS);
  await allGreeted(clients);

  for (const restarted of targets) {
    const before = clients.map(({ target }) => target);
    const leaving = before.flatMap((name, n) => (name === restarted.name ? [n] : []));
    await restarted.kill();
    await until('its clients to notice', () => leaving.every((n) => clients[n]?.over !== undefined));
    for (const n of leaving) [clients[n]] = (await connectedClients(balancer.port, 1, n)) as [HeldClient];
    await allGreeted(clients);
    await until('it to be suspended', () => said(restarted, 'is suspended'));
    await restarted.start();
    await until('it to be back', () => said(restarted, 'is back'));

    // A third or half of those who had to leave is expected on each of the others, about 25 of 50 or 75 clients; where
    // their ports put them varies. Nobody else has moved.
    for (const { name } of targets) {
      if (name === restarted.name) continue;
      const share = leaving.filter((n) => clients[n]?.target === name).length / leaving.length;
      expect(share, `the share of ${name} of the clients of ${restarted.name}`).toBeGreaterThan(0.1);
    }
    for (const [n, name] of before.entries()) if (!leaving.includes(n)) expect(clients[n]?.target).toBe(name);
  }
  expect(clients.filter(({ over }) => over !== undefined)).toEqual([]);
  expect((await balancer.status()).counters).toMatchObject({ unserved: 0 });
});
