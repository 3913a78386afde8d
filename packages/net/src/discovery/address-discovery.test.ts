import { expect, it, vi } from 'vitest';
import { discoveryContract } from '../testing/discovery-contract.ts';
import { FakeLog } from '../testing/fake-log.ts';
import { AddressDiscovery } from './address-discovery.ts';

const target = { host: 'app.test', port: 80 };

discoveryContract(() => ({
  discovery: new AddressDiscovery(new FakeLog(), 30_000, async () => ['192.0.2.1', '::1']),
  target,
  endpoints: [
    { host: '192.0.2.1', port: 80 },
    { host: '::1', port: 80 },
  ],
}));

it('looks a name up once for all its targets, and no longer than one of them is watched', async () => {
  vi.useFakeTimers();
  const asked: string[] = [];
  const discovery = new AddressDiscovery(new FakeLog(), 30_000, async (name) => {
    asked.push(name);
    return ['192.0.2.1'];
  });
  const watches = [80, 81].map((port) => discovery.watch({ ...target, port }, () => {}));
  expect(asked).toEqual(['app.test']);
  watches[0]?.close();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked).toHaveLength(2);
  watches[1]?.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

it('looks a name up for connections that fail once a second at most, also right after a look-up for another reason', async () => {
  vi.useFakeTimers();
  let address = '192.0.2.1';
  const lookup = vi.fn(async () => [address]);
  const discovery = new AddressDiscovery(new FakeLog(), 30_000, lookup);
  const found: unknown[] = [];
  const watch = discovery.watch(target, (endpoints) => found.push(...endpoints));
  await discovery.refresh();
  address = '192.0.2.2';
  for (let n = 0; n < 10; n += 1) await discovery.renew(target);
  expect(lookup).toHaveBeenCalledTimes(2);
  expect(found).toEqual(['192.0.2.1', '192.0.2.2'].map((host) => ({ host, port: 80 })));
  await vi.advanceTimersByTimeAsync(1_000);
  await discovery.renew(target);
  expect(lookup).toHaveBeenCalledTimes(3);
  watch.close();
  vi.useRealTimers();
});
