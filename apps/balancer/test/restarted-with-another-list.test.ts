// A balancer that starts where another one has ended: it leads clients to where they were at home under the list of that one.
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer, temporaryFolder } from './support/balancer.ts';
import { reload } from './support/changed-config.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { lastingPort } from './support/ports.ts';
import { echoTarget, listed } from './support/targets.ts';

const CLIENTS = Array.from({ length: 40 }, (_, n) => clientAddress(n));

it('moves no client when it was stopped in order and starts with one more target', async () => {
  const { folder, config, places } = await served();
  const [first, added] = [await places(await startBalancer(config, {}, { folder })), await echoTarget('d')];
  const more = { ...config, targets: [...config.targets, ...listed([added])] };
  expect(await places(await startBalancer(more, {}, { folder }))).toEqual(first);
});

it('moves no client when it was killed, starts again, and then has one more target', async () => {
  const { folder, config, places } = await served();
  const killed = await startBalancer(config, {}, { folder });
  const { pid, workers } = await killed.status();
  const first = await places(killed, async () => {
    for (const one of [pid, ...workers.map((worker) => worker.pid as number)]) process.kill(one, 'SIGKILL');
  });
  const next = await startBalancer(config, {}, { folder });
  await reload(next, { targets: [...config.targets, ...listed([await echoTarget('d')])] });
  expect(await places(next)).toEqual(first);
});

async function served() {
  const targets = listed(await Promise.all(['a', 'b', 'c'].map(echoTarget)));
  const config = { sourcePort: await lastingPort(), balancerCount: 2, sessionExpiry: 3_600_000, targets };
  /** Who serves each client. The balancer ends then. */
  const places = async (balancer: TestBalancer, end: () => Promise<unknown> = () => balancer.stop()) => {
    const names = await Promise.all(CLIENTS.map((client) => whoServes(config.sourcePort, client)));
    await end();
    return names;
  };
  return { folder: await temporaryFolder(), config, places };
}
