// Over real sockets, with a clock of its own.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { ControlClient } from '../../control/client.ts';
import { openTestControl } from '../../testing/control.ts';
import { controlHandlersFor } from '../../testing/documents.ts';
import { fakeLog } from '../../testing/fake-log.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { ControlSocket } from './control-socket.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

function setUp() {
  const folder = join(temporaryFolder(), 'runtime');
  const log = fakeLog();
  const opened: number[] = [];
  const socket = new ControlSocket({
    folder,
    handlers: (index) => controlHandlersFor(index),
    onOpened: (index) => opened.push(index),
    log,
  });
  onTestFinished(() => socket.close());
  return { folder, log, opened, socket };
}

/** Waits without the clock. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

it('is made again within an hour when it was removed, under the same index', async () => {
  const { folder, log, opened, socket } = setUp();
  await openTestControl(folder);
  await socket.open();
  socket.keep();
  vi.advanceTimersByTime(HOUR);
  expect([opened, log.lines]).toEqual([[], []]);
  rmSync(folder, { recursive: true });
  vi.advanceTimersByTime(HOUR);
  await until(() => opened.length > 0);
  expect(opened).toEqual([1]);
  expect(log.lines).toEqual([`warn: the control socket ${join(folder, '1.sock')} is there again`]);
  vi.useRealTimers();
  expect((await new ControlClient(1, folder).status()).index).toBe(1);
});

it('gets another index when another balancer has taken its own, and leaves that one alone', async () => {
  const { folder, opened, socket } = setUp();
  await socket.open();
  socket.keep();
  unlinkSync(join(folder, '0.sock'));
  expect((await openTestControl(folder)).index).toBe(0);
  vi.advanceTimersByTime(HOUR);
  await until(() => opened.length > 0);
  expect(opened).toEqual([1]);
  socket.close();
  expect(readdirSync(folder)).toEqual(['0.sock']);
});

it('is done without where there can be none, with one line in the log, and tried again every minute', async () => {
  const { folder, log, opened, socket } = setUp();
  writeFileSync(folder, 'no folder');
  await expect(socket.open()).rejects.toThrow('not a folder');
  expect(await socket.tryOpening()).toBe(false);
  expect(socket.index).toBeUndefined();
  socket.keep();
  expect(log.lines).toEqual([
    expect.stringMatching(/^error: this balancer has no control socket, and commands do not reach it: .* not a folder/),
  ]);
  for (let n = 0; n < 3; n += 1) {
    vi.advanceTimersByTime(MINUTE);
    await until(() => vi.getTimerCount() > 0);
  }
  expect([log.lines.length, opened]).toEqual([1, []]);
  renameSync(folder, `${folder}.aside`);
  mkdirSync(folder, { mode: 0o700 });
  vi.advanceTimersByTime(MINUTE);
  await until(() => opened.length > 0);
  expect(socket.index).toBe(0);
  await until(() => vi.getTimerCount() > 0);
  socket.close();
  expect(vi.getTimerCount()).toBe(0);
  expect(existsSync(join(folder, '0.sock'))).toBe(false);
});
