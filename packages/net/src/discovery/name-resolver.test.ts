import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeLog } from '../testing/fake-log.ts';
import type { Addresses } from './address-book.ts';
import { NameResolver } from './name-resolver.ts';

afterEach(() => {
  vi.useRealTimers();
});

const target = (host: string) => ({ host, port: 80 });

/** A resolver over answers that the test may change. */
function resolverOf(given: Record<string, string[] | Error>) {
  const answers = Object.assign(Object.create(null) as typeof given, given);
  const log = new FakeLog();
  const changes: Addresses[] = [];
  const asked: string[] = [];
  const resolver = new NameResolver({
    log,
    onChange: (addresses) => changes.push(addresses),
    lookup: async (name) => {
      asked.push(name);
      const answer = answers[name];
      if (Array.isArray(answer)) return answer;
      throw answer ?? Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    },
  });
  return { resolver, log, changes, asked, answers };
}

describe('the names of targets', () => {
  it('are looked up, each once; addresses and paths are not', async () => {
    const { resolver, asked, changes } = resolverOf({ a: ['192.0.2.1'], b: ['192.0.2.2', '::1'] });
    await resolver.watch([
      target('a'),
      { host: 'a', port: 81 },
      target('b'),
      target('192.0.2.9'),
      target('[::1]'),
      { path: '/run/app.sock' },
    ]);
    expect(asked).toEqual(['a', 'b']);
    expect(resolver.addresses).toEqual(
      new Map([
        ['a', ['192.0.2.1']],
        ['b', ['192.0.2.2', '::1']],
      ]),
    );
    expect(changes).toEqual([resolver.addresses]);
    resolver.close();
  });

  it('are looked up again every 30 s, until it is closed', async () => {
    vi.useFakeTimers();
    const { resolver, asked } = resolverOf({ a: ['192.0.2.1'] });
    await resolver.watch([target('a')]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(3);
    resolver.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('make news only when an address comes or goes', async () => {
    const { resolver, changes, answers } = resolverOf({ a: ['192.0.2.1', '192.0.2.2'] });
    await resolver.watch([target('a')]);
    await resolver.refresh();
    answers.a = ['192.0.2.2', '192.0.2.1'];
    await resolver.refresh();
    expect(changes).toHaveLength(1);
    answers.a = ['192.0.2.2'];
    await resolver.refresh();
    expect(changes).toHaveLength(2);
    expect(resolver.addresses).toEqual(new Map([['a', ['192.0.2.2']]]));
    resolver.close();
  });

  it('keep their last good answer, and the failure is told once', async () => {
    const { resolver, changes, answers, log } = resolverOf({ a: ['192.0.2.1'] });
    await resolver.watch([target('a')]);
    answers.a = Object.assign(new Error('try later'), { code: 'EAI_AGAIN' });
    await resolver.refresh();
    await resolver.refresh();
    expect(resolver.addresses).toEqual(new Map([['a', ['192.0.2.1']]]));
    expect(changes).toHaveLength(1);
    expect(log.lines).toEqual([
      expect.stringMatching(/^warn: target name a cannot be resolved \(EAI_AGAIN\); .* 192\.0\.2\.1$/),
    ]);
    answers.a = ['192.0.2.1'];
    await resolver.refresh();
    expect(log.lines.slice(1)).toEqual(['info: target name a resolves again']);
    resolver.close();
  });

  it('are known to have no address when they never had an answer', async () => {
    const { resolver, log } = resolverOf({});
    await resolver.watch([target('a')]);
    expect(resolver.addresses).toEqual(new Map([['a', []]]));
    expect(log.lines).toEqual([expect.stringContaining('its target is passed over until then')]);
    resolver.close();
  });

  it('of a list that was replaced while they were looked up make no news', async () => {
    const log = new FakeLog();
    const changes: Addresses[] = [];
    const waiting = new Map<string, (addresses: string[]) => void>();
    const resolver = new NameResolver({
      log,
      onChange: (addresses) => changes.push(addresses),
      lookup: (name) => new Promise((resolve) => waiting.set(name, resolve)),
    });
    const first = resolver.watch([target('a')]);
    const second = resolver.watch([target('b')]);
    waiting.get('b')?.(['192.0.2.2']);
    await second;
    waiting.get('a')?.(['192.0.2.1']);
    await first;
    expect(changes).toEqual([new Map([['b', ['192.0.2.2']]])]);
    resolver.close();
  });

  it.each(['constructor', 'toString', '__proto__'])('may be %s', async (name) => {
    const { resolver, log, changes } = resolverOf({});
    await resolver.watch([target(name)]);
    await resolver.refresh();
    expect([...resolver.addresses]).toEqual([[name, []]]);
    expect(changes).toHaveLength(1);
    expect(log.lines).toEqual([expect.stringContaining('its target is passed over until then')]);
    resolver.close();
  });

  it('of the system are resolved by default', async () => {
    const resolver = new NameResolver({ log: new FakeLog(), onChange: () => {} });
    await resolver.watch([target('localhost')]);
    expect(resolver.addresses.get('localhost')?.some((address) => ['127.0.0.1', '::1'].includes(address))).toBe(true);
    resolver.close();
  });
});

describe('a name that has no answer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  it('is waited for 5 s, beside all others, and its late answer is used', async () => {
    const { resolver, answer, asked, changes, log } = slowResolver();
    const watching = settled(resolver.watch([target('a'), target('b')]));
    expect(asked).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(watching.isSettled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(watching.isSettled).toBe(true);
    expect(changes.at(-1)).toEqual(new Map(['a', 'b'].map((name) => [name, []])));
    expect(log.lines).toHaveLength(2);
    expect(log.lines[0]).toMatch(/^warn: target name a has no answer after 5 s/);

    answer('b', ['192.0.2.2']);
    await vi.advanceTimersByTimeAsync(20);
    expect(changes.at(-1)?.get('b')).toEqual(['192.0.2.2']);
    expect(log.lines.slice(2)).toEqual(['info: target name b resolves again']);
    resolver.close();
  });

  it('is not asked for a second time meanwhile', async () => {
    const { resolver, answer, asked } = slowResolver();
    void resolver.watch([target('a')]);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(asked).toEqual(['a']);
    answer('a', ['192.0.2.1']);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked).toEqual(['a', 'a']);
    resolver.close();
  });

  it('holds nobody up who knows it already', async () => {
    const { resolver, answer } = slowResolver();
    const first = resolver.watch([target('a')]);
    answer('a', ['192.0.2.1']);
    await first;
    await resolver.watch([target('a'), target('192.0.2.9')]);
    expect(resolver.addresses.get('a')).toEqual(['192.0.2.1']);
    expect(resolver.isAsking).toBe(true);
    resolver.close();
  });

  it('is among the unresolved ones once it has had its 5 s, with those that do not exist', async () => {
    const { resolver, answer } = slowResolver();
    void resolver.watch([target('a'), target('b'), target('c')]);
    answer('a', ['192.0.2.1']);
    answer('b', new Error('not found'));
    const unresolved = settled(resolver.unresolved());
    await vi.advanceTimersByTimeAsync(4_000);
    expect(unresolved.isSettled).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await unresolved.promise).toEqual(['b', 'c']);
    resolver.close();
  });

  it.each([
    { what: 'another name has an address', targets: ['a', 'b'] },
    { what: 'a target is given by its address', targets: ['a', '192.0.2.1'] },
  ])('holds no start up where $what', async ({ targets }) => {
    const { resolver, answer, changes } = slowResolver();
    const starting = settled(resolver.watchUntilUsable(targets.map(target)));
    answer('b', ['192.0.2.2']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(starting.isSettled).toBe(true);
    expect(resolver.addresses.has('a')).toBe(false);
    answer('a', ['192.0.2.3']);
    await vi.advanceTimersByTimeAsync(20);
    expect(changes.at(-1)?.get('a')).toEqual(['192.0.2.3']);
    resolver.close();
  });

  it('holds a start up for 5 s where no other target is known', async () => {
    const { resolver } = slowResolver();
    const starting = settled(resolver.watchUntilUsable([target('a')]));
    await vi.advanceTimersByTimeAsync(4_999);
    expect(starting.isSettled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(starting.isSettled).toBe(true);
    resolver.close();
  });
});

/** A resolver whose names are answered when the test says so. */
function slowResolver() {
  const log = new FakeLog();
  const changes: Addresses[] = [];
  const asked: string[] = [];
  const waiting = new Map<string, { resolve: (addresses: string[]) => void; reject: (error: Error) => void }>();
  const resolver = new NameResolver({
    log,
    onChange: (addresses) => changes.push(addresses),
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
  return { resolver, log, changes, asked, answer };
}

function settled<T>(promise: Promise<T>): { readonly promise: Promise<T>; readonly isSettled: boolean } {
  const state = { promise, isSettled: false };
  promise.then(() => {
    state.isSettled = true;
  });
  return state;
}
