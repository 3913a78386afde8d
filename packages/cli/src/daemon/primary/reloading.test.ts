// What a reload reads, what it keeps, and in which order; with a made-up primary.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReloadAnswer, ResolvedOptions } from '@lb/net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ConfigError } from '../../config/config-error.ts';
import { readConfigFile } from '../../config/config-file.ts';
import { fakeLog } from '../../testing/fake-log.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { Reloading } from './reloading.ts';

const WAIT = { timeout: 10_000, interval: 5 };

async function begin(start: object = {}) {
  const path = join(temporaryFolder(), 'config.json');
  const write = (changes: object): void => {
    const targets = [{ host: 'app', port: 8000 }];
    writeFileSync(path, JSON.stringify({ sourcePort: 80, targets, ...changes }));
  };
  write(start);
  const applied: ResolvedOptions[] = [];
  const apply = vi.fn(async (options: ResolvedOptions): Promise<ReloadAnswer> => {
    applied.push(options);
    return { changed: ['maxSessions'], workersReplaced: 0 };
  });
  const log = fakeLog();
  const reloading = new Reloading({ config: await readConfigFile(path), apply, log });
  onTestFinished(() => reloading.close());
  return { path, write, applied, apply, log, reloading };
}

it('reads the file again and says what has changed', async () => {
  const { path, write, applied, log, reloading } = await begin();
  reloading.open();
  write({ maxSessions: 5, shutdownTimeout: 77, schedulingPolicy: 'rr' });
  const { config, ...answer } = await reloading.reload('a test');
  expect(answer).toEqual({ changed: ['maxSessions'], workersReplaced: 0 });
  expect(applied.map(({ maxSessions }) => maxSessions)).toEqual([5]);
  expect(reloading.config).toBe(config);
  expect(reloading.config.options.shutdownTimeout).toBe(77);
  expect(log.lines).toEqual([
    expect.stringMatching(/^warn: .*schedulingPolicy/),
    `info: reloaded ${path}: maxSessions changed`,
  ]);
});

it('changes nothing when the file is wrong, and says why', async () => {
  const { path, write, apply, log, reloading } = await begin();
  reloading.open();
  const before = reloading.config;
  write({ maxSesions: 5 });
  const error = await reloading.reload('a test').catch((reason) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  expect(error.code).toBe('INVALID_CONFIG');
  expect(error.message).toMatch(/^The balancer goes on with the config it has, .*:\n.*config\.json:1: .*maxSessions/);
  rmSync(path);
  await expect(reloading.reload('a test')).rejects.toMatchObject({ code: 'UNREADABLE_CONFIG' });
  write({ balancerControllerPath: 'none.js' });
  await expect(reloading.reload('a test')).rejects.toMatchObject({ code: 'CONTROLLER_NOT_FOUND' });
  expect(apply).not.toHaveBeenCalled();
  expect(reloading.config).toBe(before);
  expect(log.lines).toHaveLength(3);
  expect(log.lines[0]).toBe(`error: the reload (a test) failed: ${error.message}`);
});

it('does not advise an option of other commands when the file is gone', async () => {
  const { reloading } = await begin();
  reloading.open();
  rmSync(reloading.config.path);
  await expect(reloading.reload('a test')).rejects.toThrow(/Create it, or start the balancer with another one\.$/);
});

it('keeps the config in use when the primary refuses another', async () => {
  const { apply, log, reloading } = await begin();
  reloading.open();
  const before = reloading.config;
  apply.mockRejectedValueOnce(new Error('restart it'));
  reloading.reloadUnheard('SIGHUP');
  await vi.waitFor(() => expect(log.lines).toEqual(['error: the reload (SIGHUP) failed: restart it']), WAIT);
  expect(reloading.config).toBe(before);
});

it('goes by the new config where the primary has got half-way', async () => {
  const { write, apply, reloading } = await begin();
  reloading.open();
  write({ shutdownTimeout: 77 });
  apply.mockRejectedValueOnce(Object.assign(new Error('mend this'), { code: 'PARTLY_RELOADED' }));
  await expect(reloading.reload('a test')).rejects.toThrow('mend this');
  expect(reloading.config.options.shutdownTimeout).toBe(77);
});

it('waits until the balancer runs', async () => {
  const { apply, reloading } = await begin();
  const reloaded = reloading.reload('a test');
  await new Promise((resolve) => setImmediate(resolve));
  expect(apply).not.toHaveBeenCalled();
  reloading.open();
  await reloaded;
  expect(apply).toHaveBeenCalledOnce();
});

it('does one after the other, and those that wait together as one', async () => {
  const { write, applied, apply, reloading } = await begin();
  reloading.open();
  let finish = () => {};
  apply.mockImplementationOnce(async () => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return { changed: ['first'], workersReplaced: 0 };
  });
  const first = reloading.reload('a test');
  await vi.waitFor(() => expect(apply).toHaveBeenCalledOnce(), WAIT);
  const others = [reloading.reload('a test'), reloading.reload('a test')];
  write({ maxSessions: 6 });
  finish();
  expect((await first).changed).toEqual(['first']);
  expect((await Promise.all(others)).map(({ changed }) => changed)).toEqual([['maxSessions'], ['maxSessions']]);
  expect(applied.map(({ maxSessions }) => maxSessions)).toEqual([6]);
});

it('watches the file as the config in use says', async () => {
  const { write, applied, apply, log, reloading } = await begin({ watchConfig: true });
  reloading.open();
  const comes = (maxSessions: number) => vi.waitFor(() => expect(applied.at(-1)?.maxSessions).toBe(maxSessions), WAIT);
  write({ watchConfig: true, maxSessions: 1 });
  await comes(1);
  write({ watchConfig: true, maxSessions: -1 });
  await vi.waitFor(() => expect(log.lines.at(-1)).toMatch(/^error: the reload \(the file has changed\) failed/), WAIT);
  write({ watchConfig: false, maxSessions: 2 });
  await comes(2);
  write({ watchConfig: true, maxSessions: 3 });
  await reloading.reload('a test');
  expect(apply).toHaveBeenCalledTimes(3);
  write({ watchConfig: true, maxSessions: 4 });
  await comes(4);
  expect(apply).toHaveBeenCalledTimes(4);
});
