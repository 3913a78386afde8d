import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { resolveOptions, splitOptions } from '../options/index.ts';
import { later } from '../testing/cleanup.ts';
import { FakeEngine } from '../testing/fake-engine.ts';
import { FakeLog } from '../testing/fake-log.ts';
import { TestListener } from '../testing/test-listener.ts';
import { Balancer } from './balancer.ts';
import { localNames } from './local-names.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

const TARGET = 'app.test';
const [A, B] = ['127.0.0.1', '127.0.0.2'] as const;

/** A balancer of one process whose target has two addresses, and what it is to connect to each time that this changes. */
async function setUp(port: number) {
  const { options } = resolveOptions({ sourcePort: 1, targets: [{ host: TARGET, port }] });
  const balancer = new Balancer(splitOptions(options), { engine: new FakeEngine() });
  const found = { addresses: [A, B] as string[] };
  const lookup = vi.fn(async () => found.addresses);
  const changes: (string | undefined)[] = [];
  vi.spyOn(balancer, 'connectTo').mockImplementation((addresses) => {
    changes.push(addresses.get(`${TARGET}:${port}`));
  });
  const names = localNames(balancer, new FakeLog(), lookup);
  later(() => names.close());
  await names.watchUntilUsable(options.targets);
  const { source } = balancer.addresses;
  return { balancer, source, found, lookup, changes, target: `${TARGET}:${port}` };
}

it('connects to the first address, and leaves one that refuses for the one that has answered', async () => {
  const { source, changes, target } = await setUp(TestListener.refusingPort());
  expect(changes).toEqual([A]);
  source?.answered(target, B, A);
  await vi.waitFor(() => expect(changes).toEqual([A, B]));
});

it('looks a name up again when that is asked for, and answers when what is new is known', async () => {
  const { balancer, source, found, lookup, changes, target } = await setUp(80);
  const known: (string | undefined)[] = [];
  vi.spyOn(balancer.addresses, 'renewed').mockImplementation(() => known.push(changes.at(-1)));
  found.addresses = ['127.0.0.3'];
  vi.advanceTimersByTime(1_000);
  source?.renew(target);
  await vi.waitFor(() => expect(known).toEqual(['127.0.0.3']));
  expect(lookup).toHaveBeenCalledTimes(2);
});
