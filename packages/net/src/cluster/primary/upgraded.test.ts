// A package that is upgraded on disk while a balancer of the old release runs.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { type BalancerOptions, resolveOptions } from '../../options/index.ts';
import { later } from '../../testing/cleanup.ts';
import { FakeLog } from '../../testing/fake-log.ts';
import { client, firstLine } from '../../testing/real-servers.ts';
import { until } from '../../testing/until.ts';
import { WORKERS } from '../../testing/worker-modules.ts';
import { Primary } from './primary.ts';
import type { PrimaryOptions } from './primary-options.ts';

function optionsOf(more: Partial<BalancerOptions> = {}) {
  const targets = [{ host: '127.0.0.1', port: 1 }];
  return resolveOptions({ sourcePort: 0, sourceHost: '127.0.0.1', balancerCount: 2, targets, ...more }).options;
}

async function upgraded(hooks: Partial<PrimaryOptions> = {}): Promise<Primary> {
  const folder = mkdtempSync(join(tmpdir(), 'lb-upgraded-'));
  later(() => rmSync(folder, { recursive: true }));
  const workerModule = join(folder, 'worker.mjs');
  copyFileSync(WORKERS.ready, workerModule);
  const primary = await Primary.open({ options: optionsOf(), workerModule, log: new FakeLog(), ...hooks });
  later(() => primary.stop(0));
  await primary.serve();
  copyFileSync(WORKERS.upgraded, workerModule);
  return primary;
}

async function killOne(primary: Primary): Promise<void> {
  const { workers } = await primary.status();
  const { worker, pid } = workers.find(({ state }) => state === 'ready') as (typeof workers)[number];
  process.kill(pid as number, 'SIGKILL');
  await until(
    'its successor to have failed',
    async () => (await primary.status()).workers[worker]?.state === 'waiting',
  );
}

it('says why it must end when no worker is left, and serves until then', { timeout: 60_000 }, async () => {
  const onUpgraded = vi.fn();
  const primary = await upgraded({ onUpgraded });
  await killOne(primary);
  expect(await firstLine(client(primary.port))).toMatch(/^[01] \d+$/);
  expect(onUpgraded).not.toHaveBeenCalled();
  await killOne(primary);
  await until('the end', () => onUpgraded.mock.calls.length > 0);
  expect(onUpgraded).toHaveBeenCalledWith(expect.objectContaining({ code: 'UPGRADED', message: 'upgraded' }));
});

it('stops by itself when no worker is left', { timeout: 60_000 }, async () => {
  const primary = await upgraded();
  const { workers } = await primary.status();
  for (const { pid } of workers) process.kill(pid as number, 'SIGKILL');
  await primary.stopped;
  expect((await primary.status()).workers.map(({ state }) => state)).toEqual(['gone', 'gone']);
});

it('refuses a reload that needs new workers, and serves on', { timeout: 60_000 }, async () => {
  const primary = await upgraded();
  const reload = primary.reload(optionsOf({ balancerCount: 3 }));
  await expect(reload).rejects.toMatchObject({ code: 'UPGRADED' });
  expect(await firstLine(client(primary.port))).toMatch(/^[01] \d+$/);
});
