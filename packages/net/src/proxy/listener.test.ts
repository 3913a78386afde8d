// What a listener does beside accepting: a reload for later connections, the limit of all, and a standstill of the process.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Acceptor, Downstream } from '../engine/engine.ts';
import { type BalancerOptions, resolveOptions, splitOptions } from '../options/index.ts';
import { FakeDownstream, FakeEngine } from '../testing/fake-engine.ts';
import { FakeLog } from '../testing/fake-log.ts';
import { AcceptQueues } from './dialling/accept-queues.ts';
import { ConnectionNews } from './events/connection-news.ts';
import { Limits } from './limits/limits.ts';
import { Listener } from './listener.ts';
import { Pool } from './pool.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function resolved(options: Partial<BalancerOptions>) {
  return resolveOptions({ sourcePort: 0, targets: [{ host: '10.0.0.1', port: 80 }], ...options }).options;
}

async function listening(options: Partial<BalancerOptions>, catchingUp?: () => Promise<void> | undefined) {
  const log = new FakeLog();
  const limits = new Limits(undefined);
  const engine = new FakeEngine();
  let accept: (downstream: Downstream) => void = () => {};
  const acceptor: Acceptor = {
    port: 1,
    pause: () => engine.log.push('pause'),
    resume: () => engine.log.push('resume'),
    close: async () => {},
  };
  engine.listen = async (_at, onConnection) => {
    accept = onConnection;
    return acceptor;
  };
  const news = new ConnectionNews(log);
  const queues = new AcceptQueues(engine);
  const parts = splitOptions(resolved(options));
  const pool = new Pool(parts, { log, limits, current: () => parts });
  const listener = new Listener(parts, { engine, queues, pool, observer: news, log, limits, catchingUp }, undefined);
  await listener.accept({ fd: 1 });
  const client = (address = '192.0.2.1') => {
    const downstream = new FakeDownstream(engine, address);
    accept(downstream);
    return downstream;
  };
  return { listener, engine, log, news, client };
}

it('has later connections alone go by other options', async () => {
  const { listener, engine, news, client } = await listening({ connectTimeout: 400 });
  client();
  const first = engine.dialling;
  expect(first.timeout).toBe(400);
  listener.configure(splitOptions(resolved({ connectTimeout: 300, deny: ['192.0.2.66'] })));
  first.fail('EMFILE');
  expect(news.counters).toMatchObject({ passedOver: 1, unserved: 1, denied: 0 });
  client('192.0.2.66');
  expect(news.counters.denied).toBe(1);
  client();
  expect(engine.dialling.timeout).toBe(300);
});

it('pauses at maxConnections, says so once, and goes on when a connection has ended', async () => {
  const { engine, log, news, client } = await listening({ maxConnections: 1 });
  const downstream = client();
  expect(engine.log.filter((line) => line === 'pause')).toHaveLength(1);
  client(); // one that was on its way already
  expect(news.counters).toMatchObject({ accepted: 2, full: 1 });
  expect(log.lines).toEqual([expect.stringContaining('as many connections as maxConnections allows')]);
  vi.advanceTimersByTime(1_000);
  downstream.onGone?.();
  expect(engine.log).not.toContain('resume');
  engine.dialling.fail('EMFILE');
  expect(engine.log.filter((line) => line === 'resume')).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

it('looks again and again whether there is room that it has not made itself', async () => {
  const { listener, engine, client } = await listening({ maxConnections: 1 });
  client();
  listener.configure(splitOptions(resolved({ maxConnections: 2 })));
  vi.advanceTimersByTime(50);
  expect(engine.log.at(-1)).toBe('resume');
  expect(vi.getTimerCount()).toBe(0);
});

it('resets what is left when its time to drain is over', async () => {
  const { listener, engine, log, client } = await listening({});
  client();
  const drained = listener.drain(100);
  await vi.advanceTimersByTimeAsync(100);
  await drained;
  expect(engine.log.at(-1)).toBe('reset client');
  expect(log.lines).toEqual(['warn: 1 connection was still open after 100 ms, and reset']);
  expect(listener.connections).toBe(0);
});

it('accepts no more until the process has caught up after a standstill, and has the client that it has accepted wait', async () => {
  let caughtUp = (): void => {};
  let catchingUp: Promise<void> | undefined = new Promise((resolve) => (caughtUp = resolve));
  const { engine, client } = await listening({}, () => catchingUp);
  client();
  expect(engine.log).toEqual(['pause']);
  expect(engine.dials).toHaveLength(0);
  catchingUp = undefined;
  caughtUp();
  await vi.waitFor(() => expect(engine.dials).toHaveLength(1));
  expect(engine.log.filter((line) => line === 'resume')).toHaveLength(1);
  client();
  expect(engine.dials).toHaveLength(2);
  expect(engine.log.filter((line) => line === 'pause')).toHaveLength(1);
});

it('does not accept again after a standstill while there are as many connections as there may be', async () => {
  const { listener, engine, client } = await listening({ maxConnections: 1 });
  client();
  const caughtUp = Promise.resolve();
  listener.holdUntil(caughtUp);
  await caughtUp;
  expect(engine.log).not.toContain('resume');
  listener.configure(splitOptions(resolved({ maxConnections: 2 })));
  vi.advanceTimersByTime(50);
  expect(engine.log.at(-1)).toBe('resume');
});
