import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeLog } from '../testing/fake-log.ts';
import type { Endpoints } from './address-book.ts';
import { DiscoveredTargets } from './discovered-targets.ts';

afterEach(() => {
  vi.useRealTimers();
});

const target = (host: string) => ({ host, port: 80 });
const at = (...addresses: string[]) => addresses.map(target);

/** Targets over answers that the test may change. */
function discoveredOf(given: Record<string, string[] | Error>) {
  const answers = Object.assign(Object.create(null) as typeof given, given);
  const log = new FakeLog();
  const changes: Endpoints[] = [];
  const asked: string[] = [];
  const discovered = new DiscoveredTargets({
    interval: 30_000,
    log,
    onChange: (endpoints) => changes.push(endpoints),
    lookup: async (name) => {
      asked.push(name);
      const answer = answers[name];
      if (Array.isArray(answer)) return answer;
      throw answer ?? Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    },
  });
  return { discovered, log, changes, asked, answers };
}

describe('the names of targets', () => {
  it('are looked up, each once; addresses and paths are not', async () => {
    const { discovered, asked, changes } = discoveredOf({ a: ['192.0.2.1'], b: ['192.0.2.2', '::1'] });
    await discovered.watch([
      target('a'),
      { host: 'a', port: 81 },
      target('b'),
      target('192.0.2.9'),
      target('[::1]'),
      { path: '/run/app.sock' },
    ]);
    expect(asked).toEqual(['a', 'b']);
    expect(discovered.endpoints).toEqual(
      new Map([
        ['a:80', at('192.0.2.1')],
        ['a:81', [{ host: '192.0.2.1', port: 81 }]],
        ['b:80', at('192.0.2.2', '::1')],
      ]),
    );
    expect(changes).toEqual([discovered.endpoints]);
    discovered.close();
  });

  it('are looked up again every 30 s, until it is closed', async () => {
    vi.useFakeTimers();
    const { discovered, asked } = discoveredOf({ a: ['192.0.2.1'] });
    await discovered.watch([target('a')]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(3);
    discovered.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are looked up as often as they are to be from now on', async () => {
    vi.useFakeTimers();
    const { discovered, asked } = discoveredOf({ a: ['192.0.2.1'] });
    discovered.interval = 5_000;
    await discovered.watch([target('a')]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(3);
    discovered.interval = 60_000;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(4);
    discovered.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are looked up again when that is asked for, once a second at most, and the news is passed on before the answer', async () => {
    vi.useFakeTimers();
    const { discovered, asked, answers, changes } = discoveredOf({ a: ['192.0.2.1'] });
    await discovered.watch([target('a'), { host: 'a', port: 81 }]);
    for (const [address, times] of [['192.0.2.2', 2] as const, ['192.0.2.3', 3] as const]) {
      answers.a = [address];
      await Promise.all([discovered.renew('a:80'), discovered.renew('a:81')]);
      expect(changes.at(-1)?.get('a:81')).toEqual([{ host: address, port: 81 }]);
      for (let n = 0; n < 1_000; n += 1) await discovered.renew('a:80');
      expect(asked).toHaveLength(times);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    await discovered.renew('unknown:80');
    discovered.close();
  });

  it('are not looked up again by each of many changes of the list', async () => {
    const { discovered, asked } = discoveredOf({ a: ['192.0.2.1'], b: ['192.0.2.2'] });
    for (let n = 0; n < 100; n += 1) await discovered.watch([target('a'), ...(n % 2 ? [target('b')] : [])]);
    expect(asked.filter((name) => name === 'a')).toHaveLength(2);
    discovered.close();
  });

  it('are followed again when they are watched after it was closed', async () => {
    vi.useFakeTimers();
    const { discovered, changes, answers } = discoveredOf({ a: ['192.0.2.1'] });
    await discovered.watch([target('a')]);
    discovered.close();
    await discovered.watch([target('a')]);
    answers.a = ['192.0.2.2'];
    await vi.advanceTimersByTimeAsync(31_000);
    expect(changes.at(-1)).toEqual(new Map([['a:80', at('192.0.2.2')]]));
    discovered.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('make news only when an address comes or goes', async () => {
    const { discovered, changes, answers } = discoveredOf({ a: ['192.0.2.1', '192.0.2.2'] });
    await discovered.watch([target('a')]);
    await discovered.refresh();
    answers.a = ['192.0.2.2', '192.0.2.1'];
    await discovered.refresh();
    expect(changes).toHaveLength(1);
    answers.a = ['192.0.2.2'];
    await discovered.refresh();
    expect(changes).toHaveLength(2);
    expect(discovered.endpoints).toEqual(new Map([['a:80', at('192.0.2.2')]]));
    discovered.close();
  });

  it('keep their last good answer, and the failure is told once', async () => {
    const { discovered, changes, answers, log } = discoveredOf({ a: ['192.0.2.1'] });
    await discovered.watch([target('a')]);
    answers.a = Object.assign(new Error('try later'), { code: 'EAI_AGAIN' });
    await discovered.refresh();
    await discovered.refresh();
    expect(discovered.endpoints).toEqual(new Map([['a:80', at('192.0.2.1')]]));
    expect(changes).toHaveLength(1);
    expect(log.lines).toEqual([
      expect.stringMatching(/^warn: target name a cannot be resolved \(EAI_AGAIN\); .* 192\.0\.2\.1$/),
    ]);
    answers.a = ['192.0.2.1'];
    await discovered.refresh();
    expect(log.lines.slice(1)).toEqual(['info: target name a resolves again']);
    discovered.close();
  });

  it('are known to have no address when they never had an answer', async () => {
    const { discovered, log } = discoveredOf({});
    await discovered.watch([target('a')]);
    expect(discovered.endpoints).toEqual(new Map([['a:80', at()]]));
    expect(log.lines).toEqual([expect.stringContaining('its target is passed over while no address of it is known')]);
    discovered.close();
  });

  it('lead where another process has reached them last, until they have an answer', async () => {
    const { discovered, answers, log } = discoveredOf({ b: ['192.0.2.2'] });
    await discovered.watch([target('a'), { host: 'a', port: 81 }, target('b')]);
    discovered.assume([
      ['a:80', '192.0.2.8'],
      ['a:81', '192.0.2.9'],
      ['b:80', '192.0.2.9'],
      ['c:80', '192.0.2.9'],
    ]);
    expect(discovered.endpoints.get('a:80')).toEqual(at('192.0.2.8', '192.0.2.9'));
    expect(discovered.endpoints.get('b:80')).toEqual(at('192.0.2.2'));
    expect(log.lines.at(-1)).toMatch(
      /^warn: target name a has no answer; 192\.0\.2\.9, where it led under the last primary, /,
    );
    await discovered.refresh();
    expect(discovered.endpoints.get('a:80')).toEqual(at('192.0.2.8', '192.0.2.9'));
    expect(await discovered.unresolved()).toEqual(['a']);
    answers.a = ['192.0.2.1'];
    await discovered.refresh();
    discovered.assume([['a:80', '192.0.2.8']]);
    expect(discovered.endpoints.get('a:80')).toEqual(at('192.0.2.1'));
    expect(await discovered.unresolved()).toEqual([]);
    discovered.close();
  });

  it('of a list that was replaced while they were looked up make no news', async () => {
    const log = new FakeLog();
    const changes: Endpoints[] = [];
    const waiting = new Map<string, (addresses: string[]) => void>();
    const discovered = new DiscoveredTargets({
      interval: 30_000,
      log,
      onChange: (endpoints) => changes.push(endpoints),
      lookup: (name) => new Promise((resolve) => waiting.set(name, resolve)),
    });
    const first = discovered.watch([target('a')]);
    const second = discovered.watch([target('b')]);
    waiting.get('b')?.(['192.0.2.2']);
    await second;
    waiting.get('a')?.(['192.0.2.1']);
    await first;
    expect(changes).toEqual([new Map([['b:80', at('192.0.2.2')]])]);
    discovered.close();
  });

  it.each(['constructor', 'toString', '__proto__'])('may be %s', async (name) => {
    const { discovered, log, changes } = discoveredOf({});
    await discovered.watch([target(name)]);
    await discovered.refresh();
    expect([...discovered.endpoints]).toEqual([[`${name.toLowerCase()}:80`, []]]);
    expect(changes).toHaveLength(1);
    expect(log.lines).toEqual([expect.stringContaining('its target is passed over while no address of it is known')]);
    discovered.close();
  });

  it('of the system are resolved by default', async () => {
    const discovered = new DiscoveredTargets({ interval: 30_000, log: new FakeLog(), onChange: () => {} });
    await discovered.watch([target('localhost')]);
    const found = discovered.endpoints.get('localhost:80') as unknown as readonly { host: string }[];
    expect(found.some(({ host }) => ['127.0.0.1', '::1'].includes(host))).toBe(true);
    discovered.close();
  });
});

describe('a name that has no answer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  it('is waited for 5 s, beside all others, and its late answer is used', async () => {
    const { discovered, answer, asked, changes, log } = slowlyDiscovered();
    const watching = settled(discovered.watch([target('a'), target('b')]));
    expect(asked).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(watching.isSettled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(watching.isSettled).toBe(true);
    expect(changes.at(-1)).toEqual(new Map(['a:80', 'b:80'].map((id) => [id, []])));
    expect(log.lines).toHaveLength(2);
    expect(log.lines[0]).toMatch(/^warn: target name a has no answer after 5 s/);

    answer('b', ['192.0.2.2']);
    await vi.advanceTimersByTimeAsync(20);
    expect(changes.at(-1)?.get('b:80')).toEqual(at('192.0.2.2'));
    expect(log.lines.slice(2)).toEqual(['info: target name b resolves again']);
    discovered.close();
  });

  it('is not asked for a second time meanwhile', async () => {
    const { discovered, answer, asked } = slowlyDiscovered();
    void discovered.watch([target('a')]);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(asked).toEqual(['a']);
    answer('a', ['192.0.2.1']);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked).toEqual(['a', 'a']);
    discovered.close();
  });

  it('holds nobody up who knows it already', async () => {
    const { discovered, answer } = slowlyDiscovered();
    const first = discovered.watch([target('a')]);
    answer('a', ['192.0.2.1']);
    await first;
    await vi.advanceTimersByTimeAsync(1_000);
    await discovered.watch([target('a'), target('192.0.2.9')]);
    expect(discovered.endpoints.get('a:80')).toEqual(at('192.0.2.1'));
    expect(discovered.isAsking).toBe(true);
    discovered.close();
  });

  it('is among the unresolved ones once it has had its 5 s, with those that do not exist', async () => {
    const { discovered, answer } = slowlyDiscovered();
    void discovered.watch([target('a'), target('b'), target('c')]);
    answer('a', ['192.0.2.1']);
    answer('b', new Error('not found'));
    const unresolved = settled(discovered.unresolved());
    await vi.advanceTimersByTimeAsync(4_000);
    expect(unresolved.isSettled).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await unresolved.promise).toEqual(['b', 'c']);
    discovered.close();
  });

  it('is not among them where the answer comes within its 5 s, though an address was assumed before', async () => {
    const { discovered, answer } = slowlyDiscovered();
    void discovered.watchUntilUsable([target('a'), target('b'), target('192.0.2.1')]);
    discovered.assume([
      ['a:80', '192.0.2.9'],
      ['b:80', '192.0.2.9'],
    ]);
    const unresolved = settled(discovered.unresolved());
    await vi.advanceTimersByTimeAsync(4_000);
    answer('a', ['192.0.2.9']);
    expect(unresolved.isSettled).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await unresolved.promise).toEqual(['b']);
    discovered.close();
  });

  it.each([
    { what: 'another name has an address', targets: ['a', 'b'] },
    { what: 'a target is given by its address', targets: ['a', '192.0.2.1'] },
  ])('holds no start up where $what', async ({ targets }) => {
    const { discovered, answer, changes } = slowlyDiscovered();
    const starting = settled(discovered.watchUntilUsable(targets.map(target)));
    answer('b', ['192.0.2.2']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(starting.isSettled).toBe(true);
    expect(discovered.endpoints.has('a:80')).toBe(false);
    answer('a', ['192.0.2.3']);
    await vi.advanceTimersByTimeAsync(20);
    expect(changes.at(-1)?.get('a:80')).toEqual(at('192.0.2.3'));
    discovered.close();
  });

  it('holds a start up for 5 s where no other target is known', async () => {
    const { discovered } = slowlyDiscovered();
    const starting = settled(discovered.watchUntilUsable([target('a')]));
    await vi.advanceTimersByTimeAsync(4_999);
    expect(starting.isSettled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(starting.isSettled).toBe(true);
    discovered.close();
  });
});

/** Targets whose names are answered when the test says so. */
function slowlyDiscovered() {
  const log = new FakeLog();
  const changes: Endpoints[] = [];
  const asked: string[] = [];
  const waiting = new Map<string, { resolve: (addresses: string[]) => void; reject: (error: Error) => void }>();
  const discovered = new DiscoveredTargets({
    interval: 30_000,
    log,
    onChange: (endpoints) => changes.push(endpoints),
    lookup: (name) => {
      asked.push(name);
      return new Promise((resolve, reject) => waiting.set(name, { resolve, reject }));
    },
  });
  const answer = (name: string, what: string[] | Error): void => {
    const asking = waiting.get(name);
    if (what instanceof Error) asking?.reject(what);
    else asking?.resolve(what);
  };
  return { discovered, log, changes, asked, answer };
}

function settled<T>(promise: Promise<T>): { readonly promise: Promise<T>; readonly isSettled: boolean } {
  const state = { promise, isSettled: false };
  promise.then(() => {
    state.isSettled = true;
  });
  return state;
}
