import type { Attempt } from '@lb/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Endpoint } from '../../base/endpoint.ts';
import { FakeEngine } from '../../testing/fake-engine.ts';
import { TargetDial, type TargetDialler } from './target-dial.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const at = (...numbers: number[]): Endpoint[] => numbers.map((n) => ({ host: `127.0.0.${n}`, port: 80 }));

/** A target with these addresses that has so many ms, of so many for all targets. */
function dialling(endpoints: Endpoint[], time = 5_000, budget = 15_000) {
  const engine = new FakeEngine();
  const attempt = {} as Attempt;
  const began = performance.now();
  let targetEnds = began + time;
  const book = { endpoints };
  const told: (string | undefined)[] = [];
  const host = (endpoint: Endpoint) => ('host' in endpoint ? endpoint.host : endpoint.path);
  const renewal: { done?: () => void; timeout?: number } = {};
  const dialler: TargetDialler = {
    dialTime: () => targetEnds - performance.now(),
    beginAgain: () => {
      targetEnds = performance.now() + time;
    },
    budgetTime: () => began + budget - performance.now(),
    endpoints: () => book.endpoints,
    renew: (_attempt, timeout, done) => {
      told.push('renew');
      Object.assign(renewal, { done, timeout });
      return { cancel: () => told.push('cancel renewal') };
    },
    dialled: (_attempt, _upstream, endpoint, first) => told.push(`${host(endpoint)} for ${host(first)}`),
    dialFailed: (_attempt, error) => told.push(error?.code ?? 'nowhere'),
  };
  const dial = new TargetDial(engine, dialler, attempt);
  dial.begin();
  /** Fails the dial to an address. */
  const fail = (n: number, code: string) => engine.dials.find(({ to }) => to === `127.0.0.${n}:80`)?.fail(code);
  const succeed = (n: number) => engine.dials.find(({ to }) => to === `127.0.0.${n}:80`)?.succeed();
  const news = () => engine.log.splice(0).map((line) => line.replace('127.0.0.', '').replace(':80', ''));
  /** The process stands still until its time is over. */
  const stall = () => {
    targetEnds = began;
  };
  return { engine, dial, told, book, renewal, fail, succeed, news, stall };
}

/** A timer of patience fires a turn of the loop later, which is a millisecond here. */
const TURN = 1;
const pass = (time: number) => vi.advanceTimersByTime(time);

describe('a target with one address', () => {
  it('is dialed there, without a timer', () => {
    const { told, succeed, news, engine } = dialling(at(1));
    expect(vi.getTimerCount()).toBe(0);
    expect(engine.dialling.timeout).toBe(5_000);
    succeed(1);
    expect(news()).toEqual(['dial 1']);
    expect(told).toEqual(['127.0.0.1 for 127.0.0.1']);
  });
});

describe('a target with several addresses', () => {
  it('is dialed at the first, and at no other one if that answers', () => {
    const { told, succeed, news } = dialling(at(1, 2, 3));
    pass(999);
    succeed(1);
    expect(news()).toEqual(['dial 1']);
    expect(told).toEqual(['127.0.0.1 for 127.0.0.1']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is dialed at the next as soon as one fails', () => {
    const { told, fail, succeed, news } = dialling(at(1, 2, 3));
    fail(1, 'ECONNREFUSED');
    expect(news()).toEqual(['dial 1', 'dial 2']);
    fail(2, 'EHOSTUNREACH');
    expect(news()).toEqual(['dial 3']);
    succeed(3);
    expect(told).toEqual(['127.0.0.3 for 127.0.0.1']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is dialed at the others too when the first is silent for a second, one after 250 ms each, until one answers', () => {
    const { told, succeed, news } = dialling(at(1, 2, 3, 4));
    pass(1_000);
    expect(news()).toEqual(['dial 1']);
    pass(TURN);
    expect(news()).toEqual(['dial 2']);
    pass(249);
    expect(news()).toEqual([]);
    pass(1);
    expect(news()).toEqual(['dial 3']);
    succeed(2);
    expect(news()).toEqual(['cancel 3', 'cancel 1']);
    expect(told).toEqual(['127.0.0.2 for 127.0.0.1']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is reached at the first also when that answers late', () => {
    const { told, succeed, news } = dialling(at(1, 2, 3));
    pass(1_300);
    news();
    succeed(1);
    expect(news()).toEqual(['cancel 2', 'cancel 3']);
    expect(told).toEqual(['127.0.0.1 for 127.0.0.1']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on with the race when the first fails meanwhile, and with the first when the race is lost', () => {
    const one = dialling(at(1, 2));
    pass(1_000 + TURN);
    one.fail(1, 'ECONNREFUSED');
    expect(one.told).toEqual([]);
    one.succeed(2);
    expect(one.told).toEqual(['127.0.0.2 for 127.0.0.1']);
    const other = dialling(at(1, 2));
    pass(1_000 + TURN);
    other.fail(2, 'ECONNREFUSED');
    expect(other.told).toEqual([]);
    other.succeed(1);
    expect(other.told).toEqual(['127.0.0.1 for 127.0.0.1']);
  });

  it('gives all its addresses the time of the target together, and tries no more when it is over', () => {
    const { engine, told, fail, news } = dialling(at(1, 2, 3, 4), 1_400);
    pass(700 + TURN);
    expect(engine.dialling.timeout).toBe(700 - TURN);
    pass(500);
    expect(news()).toEqual(['dial 1', 'dial 2', 'dial 3', 'dial 4']);
    expect(engine.dialling.timeout).toBe(200 - TURN);
    pass(200);
    for (const n of [1, 2, 3, 4]) fail(n, 'ETIMEDOUT');
    expect(told).toEqual(['renew']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tries no other when its time is over before the process looks', () => {
    const { told, fail, news, stall } = dialling(at(1, 2, 3));
    stall();
    pass(1_000 + TURN);
    fail(1, 'ETIMEDOUT');
    expect(news()).toEqual(['dial 1']);
    expect(told).toEqual(['renew']);
    const raced = dialling(at(1, 2, 3));
    pass(1_000 + TURN);
    raced.stall();
    pass(250);
    for (const n of [1, 2]) raced.fail(n, 'ETIMEDOUT');
    expect(raced.news()).toEqual(['dial 1', 'dial 2']);
    expect(raced.told).toEqual(['renew']);
  });

  it('is not dialed at another one for want of descriptors, and is for want of an address of that family or a port', () => {
    const lack = dialling(at(1, 2));
    lack.fail(1, 'EMFILE');
    expect(lack.told).toEqual(['EMFILE']);
    expect(lack.news()).toEqual(['dial 1']);
    const family = dialling(at(1, 2, 3));
    family.fail(1, 'EADDRNOTAVAIL');
    family.fail(2, 'EADDRNOTAVAIL');
    family.succeed(3);
    expect(family.told).toEqual(['127.0.0.3 for 127.0.0.1']);
  });

  it('is let go at all of them when the client leaves', () => {
    const { dial, told, news } = dialling(at(1, 2, 3));
    pass(1_250 + TURN);
    news();
    dial.cancel();
    expect(news()).toEqual(['cancel 1', 'cancel 2', 'cancel 3']);
    expect(told).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a target that answers at none of its addresses', () => {
  it('has its name looked up again, once, and fails with the last error if nothing is new', () => {
    const { told, fail, renewal, news } = dialling(at(1, 2));
    fail(1, 'ECONNREFUSED');
    fail(2, 'EHOSTUNREACH');
    expect(told.splice(0)).toEqual(['renew']);
    expect(renewal.timeout).toBe(1_000);
    renewal.done?.();
    expect(told).toEqual(['EHOSTUNREACH']);
    expect(news()).toEqual(['dial 1', 'dial 2']);
  });

  it('is dialed at the addresses that are new, with time of their own', () => {
    const { told, fail, succeed, renewal, book, news, engine } = dialling(at(1));
    pass(5_000);
    fail(1, 'ETIMEDOUT');
    book.endpoints = at(1, 2, 3);
    renewal.done?.();
    expect(engine.dialling.timeout).toBe(5_000);
    fail(2, 'ECONNREFUSED');
    succeed(3);
    expect(news()).toEqual(['dial 1', 'dial 2', 'dial 3']);
    expect(told).toEqual(['renew', '127.0.0.3 for 127.0.0.1']);
  });

  it('is dialed at once at those that are new by then, and its name is looked up when these fail', () => {
    const { told, fail, book } = dialling(at(1));
    book.endpoints = at(2);
    fail(1, 'ECONNREFUSED');
    expect(told).toEqual([]);
    fail(2, 'ECONNREFUSED');
    expect(told).toEqual(['renew']);
  });

  it('has its name looked up also when it had no address', () => {
    const { told, succeed, renewal, book } = dialling([]);
    expect(told).toEqual(['renew']);
    book.endpoints = at(1);
    renewal.done?.();
    succeed(1);
    expect(told).toEqual(['renew', '127.0.0.1 for 127.0.0.1']);
    const nowhere = dialling([]);
    nowhere.renewal.done?.();
    expect(nowhere.told).toEqual(['renew', 'nowhere']);
  });

  it('is not waited for longer than the connection has, nor after the client has left', () => {
    const { fail, renewal, dial, told } = dialling(at(1), 5_000, 5_200);
    pass(5_000);
    fail(1, 'ETIMEDOUT');
    expect(renewal.timeout).toBe(200);
    dial.cancel();
    expect(told).toEqual(['renew', 'cancel renewal']);
  });
});
