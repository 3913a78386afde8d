// A config file in a folder in which other files are written, such as logs.
import { appendFileSync, type FSWatcher, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { fakeLog } from '../testing/fake-log.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { fingerprintOf } from './config-text.ts';
import { ConfigWatch } from './config-watch.ts';

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, watch: vi.fn(fs.watch) };
});

it('does not watch it all the time, and notices a change all the same', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'config.json');
  writeFileSync(path, 'first');
  const closed = vi.fn();
  const onChange = vi.fn();
  // As the watch of a folder in which a log is written all the time.
  const busy = (_folder: string, _options: object, listener: (event: string, name: string) => void): FSWatcher => {
    const log = setInterval(() => listener('change', 'loadbalancer.out'), 1);
    const close = (): void => {
      clearInterval(log);
      closed();
    };
    const watcher = { close, on: () => watcher } as unknown as FSWatcher;
    return watcher;
  };
  vi.mocked(watch).mockImplementation(busy as unknown as typeof watch);
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const configWatch = new ConfigWatch({
    path,
    fingerprint: fingerprintOf(readFileSync(path)),
    onChange,
    log: fakeLog(),
  });
  onTestFinished(() => configWatch.close());
  await vi.advanceTimersByTimeAsync(1_000);
  const watches = vi.mocked(watch).mock.calls.length;
  expect(closed).toHaveBeenCalledTimes(watches);
  appendFileSync(path, ' and second');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(watch).toHaveBeenCalledTimes(watches);
  expect(onChange).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(onChange).toHaveBeenCalledOnce();
});
