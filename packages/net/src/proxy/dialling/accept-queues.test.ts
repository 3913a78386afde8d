import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Endpoint } from '../../base/endpoint.ts';
import { ConnectError } from '../../engine/connect-error.ts';
import type { Dial, Engine, Upstream } from '../../engine/engine.ts';
import { AcceptQueues } from './accept-queues.ts';

const APP: Endpoint = { path: '/run/app.sock' };
const OTHER: Endpoint = { path: '/run/other.sock' };
const TCP: Endpoint = { host: '10.0.0.1', port: 80 };

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Targets with so much room each. A connect takes a turn of the loop. */
class PlayedTargets implements Pick<Engine, 'dial'> {
  readonly room = new Map<Endpoint, number>();
  error: string | undefined;
  tries = 0;
  /** Upstreams that were dialed. */
  opened = 0;

  dial: Engine['dial'] = (endpoint, _timeout, done) => {
    this.tries += 1;
    const turn = setImmediate(() => done(this.#connect(endpoint)));
    return { cancel: () => clearImmediate(turn) };
  };

  #connect(endpoint: Endpoint): Upstream | ConnectError {
    const room = this.room.get(endpoint) ?? 0;
    if (this.error !== undefined) return new ConnectError(this.error, endpoint);
    if (room === 0) return new ConnectError('EAGAIN', endpoint);
    this.room.set(endpoint, room - 1);
    this.opened += 1;
    return { close() {} };
  }
}

function setUp() {
  const targets = new PlayedTargets();
  const full: string[] = [];
  const queues = new AcceptQueues(targets, (target) => full.push(target));
  /** What has become of each dial, by its name, in order. */
  const over: string[] = [];
  const dial = (name: string, timeout = 15_000, endpoint = APP): Dial =>
    queues.dial(endpoint, timeout, (result) =>
      over.push(`${name} ${result instanceof ConnectError ? result.code : 'in'}`),
    );
  const pass = (time: number) => vi.advanceTimersByTime(time);
  return { targets, full, over, dial, pass };
}

it('dials immediately where there is room, and keeps nothing', () => {
  const { targets, full, over, dial, pass } = setUp();
  targets.room.set(APP, 2);
  dial('a');
  dial('b');
  pass(1);
  expect(over).toEqual(['a in', 'b in']);
  expect([full, vi.getTimerCount()]).toEqual([[], 0]);
});

it('leaves all but unix-domain sockets to the engine', () => {
  const { targets, over, dial, pass } = setUp();
  dial('a', 100, TCP);
  pass(1);
  expect([over, targets.tries, vi.getTimerCount()]).toEqual([['a EAGAIN'], 1, 0]);
});

describe('a full target', () => {
  it('is tried again at intervals that grow from 10 to 100 ms', () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const { targets, dial, pass } = setUp();
    dial('a');
    const intervals: number[] = [];
    for (let since = 0; intervals.length < 6; since += 1) {
      const { tries } = targets;
      pass(1);
      if (targets.tries === tries) continue;
      intervals.push(since);
      since = 0;
    }
    // The answer to the one before comes a turn later.
    expect(intervals.slice(1)).toEqual([21, 41, 81, 101, 101]);
  });

  it('is tried soon again after it had room', () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const { targets, over, dial, pass } = setUp();
    for (const name of 'ab') dial(name);
    pass(1_000);
    targets.room.set(APP, 1);
    while (over.length === 0) pass(1);
    const { tries } = targets;
    pass(25);
    expect(targets.tries).toBe(tries + 1);
  });

  it('is reported once while something waits for it', () => {
    const { targets, full, dial, pass } = setUp();
    dial('a');
    dial('b');
    pass(1_000);
    dial('c');
    expect(full).toEqual(['unix:/run/app.sock']);
    targets.room.set(APP, 3);
    pass(100);
    dial('d');
    pass(1);
    expect(full).toEqual(['unix:/run/app.sock', 'unix:/run/app.sock']);
  });

  it('takes those that wait in order, whoever comes meanwhile', () => {
    const { targets, over, dial, pass } = setUp();
    for (const name of 'abc') dial(name);
    pass(1_000);
    targets.room.set(APP, 4);
    dial('late');
    pass(100);
    dial('later');
    pass(1_000);
    expect(over).toEqual(['a in', 'b in', 'c in', 'late in']);
    targets.room.set(APP, 1);
    pass(100);
    expect(over.at(-1)).toBe('later in');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not hold up another one', () => {
    const { targets, over, dial, pass } = setUp();
    dial('a');
    pass(500);
    targets.room.set(OTHER, 1);
    dial('b', 15_000, OTHER);
    pass(1);
    expect(over).toEqual(['b in']);
  });

  it('is given up by each dial when its time is over', () => {
    const { over, dial, pass } = setUp();
    dial('a', 1_000);
    dial('b', 500);
    dial('c', 3_000);
    pass(450);
    expect(over).toEqual([]);
    pass(150);
    expect(over).toEqual(['b EAGAIN']);
    pass(500);
    expect(over).toEqual(['b EAGAIN', 'a EAGAIN']);
    pass(2_000);
    expect(over).toEqual(['b EAGAIN', 'a EAGAIN', 'c EAGAIN']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that fails in another way fails for each in turn', () => {
    const { targets, over, dial, pass } = setUp();
    for (const name of 'ab') dial(name);
    pass(100);
    targets.error = 'ECONNREFUSED';
    pass(100);
    expect(over).toEqual(['a ECONNREFUSED', 'b ECONNREFUSED']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is tried before it is given up, by a process that was busy for longer than there was time', () => {
    const { targets, over, dial, pass } = setUp();
    for (const name of 'ab') dial(name, 1_000);
    pass(5);
    targets.room.set(APP, 1);
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 7_000);
    pass(100);
    expect(over).toEqual(['a in', 'b EAGAIN']);
  });
});

describe('a dial that is called off', () => {
  it('leaves its place', () => {
    const { targets, over, dial, pass } = setUp();
    const dials = [...'abc'].map((name) => dial(name));
    pass(1_000);
    dials[1]?.cancel();
    targets.room.set(APP, 3);
    pass(100);
    expect([over, targets.room.get(APP)]).toEqual([['a in', 'c in'], 1]);
    for (const dial of dials) dial.cancel(); // what is over already
    expect(over).toHaveLength(2);
  });

  it('leaves no timer if it was the last one', () => {
    const { dial, pass } = setUp();
    const waiting = dial('a');
    pass(1_000);
    expect(vi.getTimerCount()).toBe(1);
    waiting.cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('while it is being tried makes way for the next one', () => {
    const { targets, over, dial, pass } = setUp();
    const first = dial('a');
    dial('b');
    while (targets.tries < 3) pass(1); // both have been tried, and the first one is again
    first.cancel();
    targets.room.set(APP, 1);
    pass(1);
    expect(over).toEqual(['b in']);
  });
});

type Step = ['dial', number] | ['cancel', number] | ['room', number] | ['pass', number];

it('serves all in order of their coming that neither leave nor run out of time, whatever happens', () => {
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constant('dial' as const), fc.integer({ min: 1, max: 3_000 })) },
    fc.tuple(fc.constant('cancel' as const), fc.nat()),
    fc.tuple(fc.constant('room' as const), fc.integer({ min: 1, max: 4 })),
    { weight: 3, arbitrary: fc.tuple(fc.constant('pass' as const), fc.integer({ min: 0, max: 1_000 })) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { targets, over, dial, pass } = setUp();
      const dials: Dial[] = [];
      const cancelled = new Set<number>();
      for (const [what, n] of steps) {
        if (what === 'dial') dials.push(dial(String(dials.length), n));
        else if (what === 'room') targets.room.set(APP, (targets.room.get(APP) ?? 0) + n);
        else if (what === 'pass') pass(n);
        else if (dials.length > 0) {
          dials[n % dials.length]?.cancel();
          if (!over.some((line) => line.startsWith(`${n % dials.length} `))) cancelled.add(n % dials.length);
        }
        pass(1); // a dial has been tried by now: from here on its place is fixed
      }
      pass(10_000);
      const names = over.map((line) => Number(line.split(' ')[0]));
      expect(names.toSorted((a, b) => a - b)).toEqual(dials.map((_, n) => n).filter((n) => !cancelled.has(n)));
      const served = over.filter((line) => line.endsWith(' in')).map((line) => Number(line.split(' ')[0]));
      expect(served).toEqual(served.toSorted((a, b) => a - b));
      expect(targets.opened).toBe(served.length);
      expect(vi.getTimerCount()).toBe(0);
    }),
    { numRuns: 300 },
  );
});
