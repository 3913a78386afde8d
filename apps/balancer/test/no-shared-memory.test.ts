// The system gives the balancer no memory that its workers can share, as with a limit of the size of files.
import { expect, it } from 'vitest';
import { startBalancer } from './support/balancer.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import type { Network } from './support/network.ts';
import { echoTarget, listed } from './support/targets.ts';

const SMALL_FILES: Network = {
  enter: (command, ...args) => ['sh', ['-c', 'ulimit -f 16; exec "$0" "$@"', command, ...args]],
};

it('starts and serves without it', async () => {
  const targets = listed([await echoTarget('a')]);
  const balancer = await startBalancer({ targets, balancerCount: 2 }, {}, { network: SMALL_FILES });
  expect(await whoServes(balancer.port, clientAddress(1))).toBe('a');
  expect((await balancer.status()).workers).toHaveLength(2);
  expect(balancer.log.filter(({ level }) => level === 'warn').map(({ reason }) => reason)).toEqual([
    'ftruncate failed: EFBIG',
  ]);
  expect(await balancer.stop()).toBe(0);
});
