// A primary's state from one primary to the next, over real files.
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_HASH_KEY, MemorySessionStore, NOTHING_RESUMED, PrimaryAgreement } from '@lb/core';
import { beforeEach, expect, it, vi } from 'vitest';
import { loadLibc } from '../../../engine/system/libc.ts';
import { later } from '../../../testing/cleanup.ts';
import { FakeLog } from '../../../testing/fake-log.ts';
import { until } from '../../../testing/until.ts';
import { type Continued, continueState, type StateOptions, statePaths } from './kept-state.ts';

const EXPIRY = 30_000;
const LINGERING = 10_000;

let state: StateOptions;
beforeEach(() => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'kept-state-'));
  later(() => fs.rmSync(folder, { recursive: true }));
  state = { folder, config: '/etc/lb/config.json' };
});

/** A primary that begins. */
function begun(names = 'abc', changes: Partial<StateOptions> = {}, options: object = {}) {
  const log = new FakeLog();
  let continued: Continued | undefined;
  const agreement = new PrimaryAgreement({
    targets: [...names].map((host) => ({ host, port: 80 })),
    hashKey: DEFAULT_HASH_KEY,
    suspension: 60_000,
    sessionExpiry: EXPIRY,
    store: new MemorySessionStore(100),
    send: () => {},
    onChange: () => continued?.keeper?.changed(),
  });
  const all = { shutdownTimeout: LINGERING, stickiness: true, maxSessions: 100, ...options };
  continued = continueState({ ...state, ...changes }, { agreement, options: all, log });
  const end = async () => continued?.keeper?.close();
  later(end);
  return { agreement, log, end, resumed: continued?.resumed, keeper: continued?.keeper, heldFor: continued?.heldFor };
}

/** Leaves a state in which p is displaced to b, a is draining, b has an address and c is suspended. */
async function left(): Promise<void> {
  const { agreement, end } = begun();
  agreement.join(1, performance.now());
  agreement.receive(1, { type: 'place', placements: [['p', 'b:80']] }, performance.now());
  agreement.setMode('a:80', 'draining', performance.now());
  agreement.receive(1, { type: 'prepared', epoch: 1 }, performance.now());
  agreement.setAddresses(new Map([['b:80', '192.0.2.2']]), performance.now());
  agreement.receive(1, { type: 'prepared', epoch: 2 }, performance.now());
  agreement.report('c:80', { source: 'controller', outcome: 'failed', reason: '' }, performance.now());
  await end();
}

/** As if the next primary began so much later. */
function begunLater(ms: number): void {
  const now = Date.now.bind(Date);
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => now() + ms);
  later(() => spy.mockRestore());
}

it('says for how long connections may still be there: that an orderly end is known, unlike a death', async () => {
  const orderly = begun();
  orderly.keeper?.begin();
  await orderly.end();
  begunLater(40_000);
  const next = begun();
  expect(next.heldFor).toBeCloseTo(LINGERING - 40_000, -3);
  next.keeper?.begin();
  await next.keeper?.flush(); // and then it dies
  for (const fd of fs.readdirSync(state.folder))
    fs.copyFileSync(join(state.folder, fd), join(state.folder, `${fd}.kept`));
  await next.end();
  for (const name of fs.readdirSync(state.folder).filter((each) => each.endsWith('.kept'))) {
    fs.renameSync(join(state.folder, name), join(state.folder, name.replace('.kept', '')));
  }
  expect(begun().heldFor).toBe(LINGERING);
});

it('goes from one primary to the next, and to the one after', async () => {
  await left();
  for (const _ of [2, 3]) {
    const { agreement, log, resumed, keeper, end } = begun();
    expect(resumed).toEqual({
      modes: [['a:80', 'draining']],
      suspensions: [['c:80', 'deactivated', expect.closeTo(60_000, -4)]],
      addresses: [['b:80', '192.0.2.2']],
      lists: [['b:80', 'c:80'].map((id) => ({ id, weight: 1 }))],
      sessions: 1,
    });
    agreement.setAddresses(new Map(resumed?.addresses), performance.now());
    expect(agreement.find('p')).toBe('b:80');
    expect(log.lines).toEqual([
      'warn: target a:80 is draining, as it was under the last primary',
      'info: took over from the last primary: displaced sessions (1), suspended targets (1)',
    ]);
    keeper?.begin();
    await end();
  }
});

it('is nothing at the first start, without a word, and then has the list of targets', async () => {
  const { log, resumed, keeper, end } = begun();
  expect([resumed, log.lines]).toEqual([NOTHING_RESUMED, []]);
  keeper?.begin();
  await end();
  expect(statePaths(state).filter((path) => fs.statSync(path).size > 0)).toHaveLength(1);
});

it('is empty once nothing is left to keep', async () => {
  await left();
  const { agreement, keeper } = begun('b');
  agreement.receive(1, { type: 'released', clientKeys: ['p'] }, performance.now());
  agreement.tick(performance.now() + 10 * EXPIRY);
  keeper?.begin();
  await keeper?.close();
  expect(begun().resumed).toMatchObject({ modes: [], suspensions: [], sessions: 0 });
});

it('is forgotten by a fresh start', async () => {
  await left();
  const { resumed, log, end } = begun('abc', { isFresh: true });
  expect([resumed?.modes, resumed?.sessions, log.lines]).toEqual([[], 0, []]);
  await end();
  expect(begun().resumed?.modes).toEqual([]);
});

it('keeps what it is while a start fails', async () => {
  await left();
  await begun('x').end();
  expect(begun().resumed).toMatchObject({ modes: [['a:80', 'draining']], sessions: 1 });
});

it.each([
  ['young enough', LINGERING + EXPIRY - 5_000, 1, 'info: took over from the last primary: displaced sessions (1)'],
  ['too old', LINGERING + EXPIRY + 5_000, 0, 'are ignored: they are too old'],
  ['from the future', -5_000, 0, 'are ignored: they are of unknown age, since the time in it is in the future'],
])('has modes also where its sessions are %s', async (_, age, sessions, said) => {
  await left();
  begunLater(age);
  const { resumed, log } = begun();
  expect(resumed).toMatchObject({ modes: [['a:80', 'draining']], sessions });
  expect(resumed?.suspensions).toHaveLength(sessions);
  expect(log.lines.at(-1)).toContain(said);
});

it('counts the time of a suspension on', async () => {
  await left();
  begunLater(20_000);
  const [[, , time] = ['', '', 0]] = begun().resumed?.suspensions ?? [];
  expect(time).toBeLessThanOrEqual(40_000);
  expect(time).toBeGreaterThan(30_000);
});

it('takes no sessions where clients do not stay, and no more than it may keep, the newest', async () => {
  const { agreement, end } = begun();
  agreement.join(1, performance.now());
  const placements = [...'pqr'].map((key) => [key, 'b:80'] as const);
  agreement.receive(1, { type: 'place', placements }, performance.now());
  await end();
  const other = begun('abc', {}, { stickiness: false });
  expect(other.resumed?.sessions).toBe(0);
  await other.end();
  const { agreement: next, resumed } = begun('abc', {}, { maxSessions: 2 });
  expect([resumed?.sessions, next.find('p'), next.find('r')]).toEqual([2, undefined, 'b:80']);
});

it.each([
  ['truncated', (path: string) => fs.truncateSync(path, 300)],
  ['other bytes', (path: string) => fs.writeFileSync(path, 'x'.repeat(1_000))],
])('is ignored with one line where it is %s, and is whole again after the next write', async (_, damage) => {
  await left();
  for (const path of statePaths(state)) if (fs.statSync(path).size > 0) damage(path);
  const { log, resumed, keeper, end } = begun();
  expect(resumed).toEqual(NOTHING_RESUMED);
  expect(log.lines).toEqual([
    expect.stringMatching(/^warn: the state file .*0\.state is damaged or .*: it is ignored$/),
  ]);
  keeper?.begin();
  await end();
  expect(begun().log.lines).toEqual([]);
});

it('is ignored where it is another config’s, whose file was put in its place', async () => {
  await left();
  const own = statePaths(state);
  const others = statePaths({ ...state, config: '/other.json' });
  expect(others).not.toEqual(own);
  for (const [index, path] of own.entries()) fs.renameSync(path, others[index] as string);
  const { resumed, log } = begun('abc', { config: '/other.json' });
  expect(resumed?.modes).toEqual([]);
  expect(log.lines).toEqual([expect.stringContaining('is that of another config')]);
});

it('has files of its own for each port that the system has chosen', () => {
  expect(new Set([undefined, 8000, 8001].map((port) => statePaths(state, port)[0])).size).toBe(3);
});

it('is not kept where a file cannot be used, which is logged once', async () => {
  const [path] = statePaths(state);
  fs.symlinkSync('/dev/null', path);
  const { agreement, log, resumed, keeper } = begun();
  expect([resumed, keeper]).toEqual([NOTHING_RESUMED, undefined]);
  agreement.join(1, 0);
  agreement.receive(1, { type: 'place', placements: [['p', 'b:80']] }, 0);
  expect(log.lines).toEqual([expect.stringMatching(/^warn: no state is kept: .* ELOOP/)]);
});

it.skipIf(loadLibc() instanceof Error)('is kept by one balancer where two have one config', async () => {
  await left();
  const { keeper } = begun();
  const second = begun();
  expect(second.keeper).toBeUndefined();
  expect(second.log.lines).toEqual([expect.stringMatching(/^warn: no state is kept: .*another process uses/)]);
  await keeper?.close();
  await until('the files to be free', () => begun().keeper !== undefined);
});

it('goes to the next one also when the folder was removed meanwhile', async () => {
  const makeFolder = () => fs.mkdirSync(state.folder, { recursive: true });
  const { agreement, keeper, log } = begun('abc', { makeFolder });
  agreement.setMode('a:80', 'draining', performance.now());
  expect(await keeper?.flush()).toBeUndefined();
  fs.rmSync(state.folder, { recursive: true });
  agreement.setMode('b:80', 'disabled', performance.now());
  expect(await keeper?.flush()).toBeUndefined();
  expect(log.lines).toEqual(['warn: the state files were removed, and are made again']);
  await keeper?.close();
  expect(begun().resumed?.modes).toEqual([
    ['a:80', 'draining'],
    ['b:80', 'disabled'],
  ]);
});
