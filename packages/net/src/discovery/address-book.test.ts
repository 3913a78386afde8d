import { DEFAULT_HASH_KEY, TargetPool, type TargetRecord } from '@lb/core';
import { describe, expect, it, vi } from 'vitest';
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

  it('are the addresses of its name, in the order of the answer', () => {
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
  });

  it('are the same objects until addresses change: nothing is made for a connection', () => {
    const book = known('192.0.2.1');
    const before = book.endpoints(app);
    expect(book.endpoints(app)).toBe(before);
    book.set(new Map([['app.test:80', [at('192.0.2.2')]]]));
    expect(book.endpoints(app)).toEqual([at('192.0.2.2')]);
  });
});

describe('the address that answered', () => {
  it('comes first from then on, the others as they were', () => {
    const book = known('192.0.2.1', '192.0.2.2', '192.0.2.3');
    book.prefer(app, book.endpoints(app)[2] as Endpoint);
    expect(book.endpoints(app)).toEqual([at('192.0.2.3'), at('192.0.2.1'), at('192.0.2.2')]);
    const before = book.endpoints(app);
    book.prefer(app, before[0] as Endpoint);
    expect(book.endpoints(app)).toBe(before);
  });

  it('is left out when it was dialled before the list was replaced', () => {
    const book = known('192.0.2.1', '192.0.2.2');
    const old = book.endpoints(app)[1] as Endpoint;
    book.set(new Map([['app.test:80', [at('192.0.2.1')]]]));
    book.prefer(app, old);
    expect(book.endpoints(app)).toEqual([at('192.0.2.1')]);
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
