// Workers that hang while they load their controller, in a primary that waits for less than it does by default.
import { expect, it } from 'vitest';
import { type BalancerOptions, resolveOptions } from '../../options/index.ts';
import { later } from '../../testing/cleanup.ts';
import { FakeLog } from '../../testing/fake-log.ts';
import { client, firstLine } from '../../testing/real-servers.ts';
import { WORKERS } from '../../testing/worker-modules.ts';
import { Primary } from './primary.ts';

/** Long enough for a worker that doesn't hang, also on a machine that is busy. */
const TIMES = { look: 100, loading: 3_000 };

function optionsOf(more: Partial<BalancerOptions> = {}) {
  const targets = [{ host: '127.0.0.1', port: 1 }];
  return resolveOptions({ sourcePort: 0, sourceHost: '127.0.0.1', balancerCount: 2, targets, ...more }).options;
}

async function opened(more?: Partial<BalancerOptions>): Promise<Primary> {
  const { log, workerModule } = { log: new FakeLog(), workerModule: WORKERS.hangingController };
  const primary = await Primary.open({ options: optionsOf(more), workerModule, log, times: TIMES });
  later(() => primary.stop(0));
  return primary;
}

const LATE = {
  code: 'CONTROLLER_LATE',
  message: /^The controller \/srv\/loops.js has not finished loading within 3 s: worker \d \(pid \d+\) was killed. /,
};

it('fails a start whose controller hangs, and leaves no worker', { timeout: 60_000 }, async () => {
  const primary = await opened({ balancerControllerPath: '/srv/loops.js' });
  await expect(primary.serve()).rejects.toMatchObject(LATE);
  await primary.stopped;
  expect((await primary.status()).workers.map(({ state, pid }) => [state, pid])).toEqual([
    ['gone', undefined],
    ['gone', undefined],
  ]);
});

it('fails a reload whose controller hangs, serves on, and reloads again', { timeout: 60_000 }, async () => {
  const primary = await opened();
  await primary.serve();
  await expect(primary.reload(optionsOf({ balancerControllerPath: '/srv/loops.js' }))).rejects.toMatchObject(LATE);
  expect(await firstLine(client(primary.port))).toMatch(/^[01] \d+$/);
  expect(await primary.reload(optionsOf({ sessionExpiry: 5_000 }))).toEqual({
    changed: ['sessionExpiry'],
    workersReplaced: 0,
  });
  expect((await primary.status()).workers.map(({ state }) => state)).toEqual(['ready', 'ready']);
});
