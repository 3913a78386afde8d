import { DEFAULT_HASH_KEY, TargetPool, type TargetRecord } from '@lb/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Endpoint } from '../base/endpoint.ts';
import { AddressBook } from './address-book.ts';

function targetAt(options: { host: string; port: number } | { path: string }): TargetRecord {
  const pool = new TargetPool(DEFAULT_HASH_KEY);
  pool.setTargets([options]);
  return pool.targets[0] as TargetRecord;
}

const app = targetAt({ host: 'app.test', port: 80 });
const at = (host: string): Endpoint => ({ host, port: 80 });

function known(...addresses: string[]): AddressBook {
  const book = new AddressBook();
  book.set(new Map([['app.test:80', addresses.map(at)]]));
  return book;
}

describe('the endpoints of a target', () => {
  it('are its address itself', () => {
    const book = new AddressBook();
    expect(book.endpoints(targetAt({ host: '192.0.2.1', port: 80 }))).toEqual([at('192.0.2.1')]);
    expect(book.endpoints(targetAt({ host: '::1', port: 80 }))).toEqual([at('::1')]);
    expect(book.endpoints(targetAt({ host: '[::1]', port: 80 }))).toEqual([at('::1')]);
    expect(book.endpoints(targetAt({ path: '/run/app.sock' }))).toEqual([{ path: '/run/app.sock' }]);
  });

  it.each(['constructor', 'toString', '__proto__'])('are not known for the name %s before it is looked up', (host) => {
    const book = new AddressBook();
    const target = targetAt({ host, port: 80 });
    expect(book.knows(target)).toBe(false);
    expect(book.endpoints(target)).toEqual([]);
  });

  it('are the addresses of its name, the first of the answer first', () => {
    expect(known('192.0.2.2', '2001:db8::1', '192.0.2.1').endpoints(app)).toEqual([
      at('192.0.2.2'),
      at('2001:db8::1'),
      at('192.0.2.1'),
    ]);
  });

  it('are none while its name is not resolved', () => {
    expect(new AddressBook().endpoints(app)).toEqual([]);
    expect(known().endpoints(app)).toEqual([]);
  });

  it('leave out the balancer itself', () => {
    const book = new AddressBook((address, port) => address === '127.0.0.1' && port === 80);
    book.set(new Map([['app.test:80', [at('127.0.0.1'), at('192.0.2.1')]]]));
    expect(book.endpoints(app)).toEqual([at('192.0.2.1')]);
    expect(book.leadsHere(app)).toBe(false);
    book.set(new Map([['app.test:80', [at('127.0.0.1')]]]));
    expect([book.endpoints(app), book.leadsHere(app)]).toEqual([[], true]);
    book.set(new Map([['app.test:80', []]]));
    expect([book.endpoints(app), book.leadsHere(app)]).toEqual([[], false]);
  });

  it('are the same objects until addresses change: nothing is made for a connection', () => {
    const book = known('192.0.2.1');
    const before = book.endpoints(app);
    expect(book.endpoints(app)).toBe(before);
    book.set(new Map([['app.test:80', [at('192.0.2.2')]]]));
    expect(book.endpoints(app)).toEqual([at('192.0.2.2')]);
  });
});

describe('the address that all processes connect to', () => {
  it('comes first, and another one as soon as that is agreed on', () => {
    const book = known('192.0.2.1', '192.0.2.2', '192.0.2.3');
    const target = targetAt({ host: 'app.test', port: 80 });
    target.address = '192.0.2.2';
    expect(book.endpoints(target)).toEqual([at('192.0.2.2'), at('192.0.2.1'), at('192.0.2.3')]);
    expect(book.endpoints(target)).toBe(book.endpoints(target));
    target.address = '192.0.2.3';
    expect(book.endpoints(target)).toEqual([at('192.0.2.3'), at('192.0.2.1'), at('192.0.2.2')]);
  });

  it('plays no part for a target with an address', () => {
    const target = targetAt({ host: '192.0.2.1', port: 80 });
    target.address = '192.0.2.2';
    expect(new AddressBook().endpoints(target)).toEqual([at('192.0.2.1')]);
  });
});

describe('who resolves names', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function withSource() {
    const asked: string[] = [];
    const book = known('192.0.2.1', '192.0.2.2');
    book.source = {
      renew: (target) => asked.push(`renew ${target}`),
      answered: (target, address, silent) => asked.push(`${target} at ${address}, not at ${silent}`),
    };
    return { book, asked, done: vi.fn() };
  }

  it('is asked again for a target that is looked up, and calls back with the answer', () => {
    const { book, asked, done } = withSource();
    book.renew(app, 1_000, done);
    book.renewed('app.test:80');
    expect(asked).toEqual(['renew app.test:80']);
    expect(done).toHaveBeenCalledOnce();
  });

  it('is not asked for a target with an address or a path, and nobody waits', () => {
    const { book, asked, done } = withSource();
    for (const options of [{ host: '192.0.2.1', port: 80 }, { path: '/run/app.sock' }])
      expect(book.renew(targetAt(options), 1_000, done)).toBeUndefined();
    expect(new AddressBook().renew(app, 1_000, done)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('is sent the address that has answered after another one did not, once a second', () => {
    const { book, asked } = withSource();
    const target = targetAt({ host: 'app.test', port: 80 });
    const [first, second] = book.endpoints(target) as [Endpoint, Endpoint];
    book.answered(target, first, first);
    expect(asked).toEqual([]);
    for (let n = 0; n < 10; n += 1) book.answered(target, second, first);
    expect(asked).toEqual(['app.test:80 at 192.0.2.2, not at 192.0.2.1']);
    vi.advanceTimersByTime(1_000);
    book.answered(target, second, first);
    expect(asked).toHaveLength(2);
  });
});

describe('a target', () => {
  it('is known by its address, or once its name was looked up, whatever the answer', () => {
    const book = new AddressBook();
    expect(book.knows(targetAt({ host: '::1', port: 80 }))).toBe(true);
    expect(book.knows(targetAt({ path: '/run/app.sock' }))).toBe(true);
    expect(book.knows(app)).toBe(false);
    book.set(new Map([['app.test:80', []]]));
    expect(book.knows(app)).toBe(true);
  });

  it('is waited for until it is known', () => {
    vi.useFakeTimers();
    const book = new AddressBook();
    let calls = 0;
    book.whenKnown(app, 100, () => {
      calls += 1;
    });
    book.set(new Map([['other.test:80', []]]));
    expect(calls).toBe(0);
    book.set(new Map([['app.test:80', [at('192.0.2.1')]]]));
    book.set(new Map([['app.test:80', [at('192.0.2.2')]]]));
    expect(calls).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('is waited for no longer than asked for, nor after the wait is cancelled', () => {
    vi.useFakeTimers();
    const book = new AddressBook();
    const calls: string[] = [];
    book.whenKnown(app, 100, () => calls.push('late'));
    book.whenKnown(app, 100, () => calls.push('cancelled')).cancel();
    vi.advanceTimersByTime(100);
    book.set(new Map([['app.test:80', [at('192.0.2.1')]]]));
    expect(calls).toEqual(['late']);
    vi.useRealTimers();
  });
});
