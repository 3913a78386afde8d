import type { AgreementSnapshot } from '@lb/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeLog } from '../../../testing/fake-log.ts';
import { decodeState } from './state-format.ts';
import { StateKeeper } from './state-keeper.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const CONFIG = '/config.json';

function setUp(isEmpty = true) {
  const log = new FakeLog();
  const state = {
    modes: [] as AgreementSnapshot['modes'],
    suspensions: [] as AgreementSnapshot['suspensions'],
    addresses: [] as AgreementSnapshot['addresses'],
    lists: [],
  };
  const sessions = new Map<string, string>();
  /** What was written and when, as `modes/suspensions/sessions`, or `stamp`. */
  const writes: string[] = [];
  let hinder: (() => Promise<void>) | undefined;
  const note = async (text: string) => {
    await hinder?.();
    writes.push(`${performance.now()} ${text}`);
  };
  const files = {
    write: async (pieces: Iterable<string>) => {
      const kept = decodeState([...pieces].join(''), CONFIG);
      await note(`${kept?.modes.length}/${kept?.suspensions.length}/${kept?.sessions.length}`);
    },
    stamp: () => note('stamp'),
    close: () => void writes.push('closed'),
    isGone: false,
    renew: () => {
      files.isGone = false;
    },
  };
  const agreement = {
    snapshot: () => ({ ...state, sessions }),
    get displacedSessions() {
      return sessions.size;
    },
  };
  const keeper = new StateKeeper({ files, agreement, config: CONFIG, log, isEmpty });
  const hindered = (by: typeof hinder) => {
    hinder = by;
  };
  return { keeper, files, state, sessions, writes, log, hindered, written: () => writes.splice(0) };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('writes a change at once, and what follows it a second later, once', async () => {
  const { keeper, state, written } = setUp();
  state.modes = [['a:80', 'draining']];
  keeper.changed();
  await pass(0);
  expect(written()).toEqual(['0 1/0/0']);
  await pass(300);
  for (let n = 0; n < 10; n += 1) keeper.changed();
  await pass(600);
  expect(written()).toEqual([]);
  await pass(100);
  expect(written()).toEqual(['1000 1/0/0']);
  await pass(10_000);
  expect(written()).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

it('says every second that it runs while there is something that ages, and once that there is nothing left', async () => {
  const { keeper, sessions, written } = setUp();
  sessions.set('p', 'a:80');
  keeper.changed();
  await pass(2_500);
  expect(written()).toEqual(['0 0/0/1', '1000 stamp', '2000 stamp']);
  sessions.clear();
  keeper.changed();
  await pass(10_000);
  expect(written()).toEqual(['3000 0/0/0']);
  expect(vi.getTimerCount()).toBe(0);
});

it('writes nothing while there is nothing, and has no timer but the hourly one', async () => {
  const { keeper, written } = setUp();
  expect(vi.getTimerCount()).toBe(0);
  keeper.begin();
  expect(vi.getTimerCount()).toBe(1);
  keeper.changed();
  await pass(10_000);
  expect(written()).toEqual([]);
  expect(vi.getTimerCount()).toBe(1);
  await keeper.close();
  expect(vi.getTimerCount()).toBe(0);
});

it('makes files that are gone again within an hour, and before a command is answered', async () => {
  const { keeper, files, state, written, log } = setUp();
  keeper.begin();
  state.modes = [['a:80', 'disabled']];
  keeper.changed();
  await pass(1_000);
  written();
  files.isGone = true;
  await pass(3_600_000);
  expect(written()).toEqual([expect.stringMatching(/ 1\/0\/0$/)]);
  files.isGone = true;
  expect(await keeper.flush()).toBeUndefined();
  expect(written()).toEqual([expect.stringMatching(/ 1\/0\/0$/)]);
  expect(log.lines).toEqual(Array(2).fill('warn: the state files were removed, and are made again'));
  await keeper.close();
});

it('says why what holds now is not written, as long as it is not', async () => {
  const { keeper, files, state, log } = setUp();
  state.modes = [['a:80', 'disabled']];
  const renew = files.renew;
  files.isGone = true;
  files.renew = () => {
    throw new Error('EACCES: permission denied, open');
  };
  expect(await keeper.flush()).toBe('EACCES: permission denied, open');
  expect(await keeper.flush()).toBe('EACCES: permission denied, open');
  expect(log.lines).toHaveLength(1);
  files.renew = renew;
  expect(await keeper.flush()).toBeUndefined();
  await keeper.close();
});

it('writes that a target has another address, and nothing where it is as before', async () => {
  const { keeper, state, written } = setUp();
  for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.2']) {
    state.addresses = [['a:80', address]];
    keeper.changed();
    await pass(1_000);
  }
  expect(written()).toEqual(['0 0/0/0', '2000 0/0/0']);
});

it('writes what it has begun with, once the balancer runs', async () => {
  const { keeper, written } = setUp(false);
  await pass(5_000);
  expect(written()).toEqual([]);
  keeper.begin();
  await pass(5_000);
  expect(written()).toEqual(['5000 0/0/0']);
});

it('writes at once what is waited for, also during another write', async () => {
  const { keeper, state, written, hindered } = setUp();
  let go: () => void = () => {};
  hindered(() => new Promise<void>((resolve) => (go = resolve)));
  keeper.changed();
  state.modes = [['a:80', 'disabled']];
  await pass(0);
  keeper.changed();
  const flushed = keeper.flush();
  hindered(undefined);
  go();
  await flushed;
  expect(written()).toEqual(['0 1/0/0', '0 1/0/0']);
  await keeper.flush();
  expect(written()).toEqual([]);
  await keeper.close();
});

it('keeps nobody waiting for a disk that does not answer', async () => {
  const { keeper, state, written, hindered } = setUp();
  hindered(() => new Promise<void>(() => {}));
  state.modes = [['a:80', 'disabled']];
  keeper.changed();
  const flushed = keeper.flush();
  await pass(1_000);
  expect(await flushed).toBe('it was not written within 1 s');
  const closed = keeper.close();
  await pass(1_000);
  await closed;
  expect(written()).toEqual([]);
});

it('logs once that it cannot write, tries again every second, and says when it can', async () => {
  const { keeper, sessions, written, log, hindered } = setUp();
  hindered(() => Promise.reject(new Error('ENOSPC: no space left on device, write')));
  sessions.set('p', 'a:80');
  keeper.changed();
  await pass(3_500);
  expect(log.lines).toEqual([
    'error: the state file cannot be written, and the next primary may not know modes and displaced sessions; this is tried again every second: ENOSPC: no space left on device, write',
  ]);
  sessions.clear();
  await pass(1_000);
  sessions.set('q', 'a:80');
  keeper.changed();
  await pass(1_000);
  expect(log.lines).toHaveLength(1);
  hindered(undefined);
  await pass(1_000);
  expect(written()).toEqual(['6000 0/0/1']);
  expect(log.lines.slice(1)).toEqual(['info: the state file is written again']);
  await keeper.close();
});

it('writes what is due when it is closed, and nothing after', async () => {
  const { keeper, sessions, written } = setUp();
  sessions.set('p', 'a:80');
  keeper.changed();
  await keeper.close();
  await keeper.close();
  expect(written()).toEqual(['0 0/0/1', 'closed']);
  keeper.changed();
  await pass(5_000);
  expect(written()).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
