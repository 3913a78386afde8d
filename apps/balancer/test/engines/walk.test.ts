// The first thing to look at when much fails: one connection through the built command.
import { expect, it } from 'vitest';
import { startBalancer } from '../support/balancer.ts';
import { clientAddress, whoServes } from '../support/clients.ts';
import { echoTarget, listed } from '../support/targets.ts';

it('takes a connection to a target', async () => {
  const target = await echoTarget('a');
  const balancer = await startBalancer({ targets: listed([target]), balancerCount: 1 });
  expect(await whoServes(balancer.port, clientAddress(0))).toBe('a');
  expect((await balancer.status()).counters).toMatchObject({ accepted: 1, unserved: 0 });
  expect(await balancer.stop()).toBe(0);
});
