import { expect, it } from 'vitest';
import { FakeLog } from '../../testing/fake-log.ts';
import { ConnectionNews } from './connection-news.ts';
import type { ObservedConnection } from './observer.ts';

const connection: ObservedConnection = {
  id: 1,
  peerAddress: '10.0.0.1',
  clientAddress: '10.0.0.1',
  target: undefined,
};

it('counts what middleware blocks, and how often it has thrown in a row', () => {
  const news = new ConnectionNews(new FakeLog());
  expect(news.middlewareFailures.status).toBeUndefined();
  news.refused(connection, 'middleware failure', 'Error: one');
  news.refused(connection, 'middleware failure', 'Error: two');
  expect(news.middlewareFailures.status).toEqual({ inARow: 2, lastError: 'Error: two' });
  news.refused(connection, 'blocked');
  expect(news.middlewareFailures.status).toEqual({ inARow: 0, lastError: 'Error: two' });
  news.refused(connection, 'middleware failure', 'Error: three');
  news.admitted();
  expect(news.middlewareFailures.status).toEqual({ inARow: 0, lastError: 'Error: three' });
  expect(news.counters).toMatchObject({ blocked: 4, middlewareFailed: 3 });
});

it('counts probes of trusted proxies, and warns of none', () => {
  const log = new FakeLog();
  const news = new ConnectionNews(log);
  news.refused(connection, 'probe');
  news.refused(connection, 'probe');
  expect(news.counters).toMatchObject({ probes: 2, malformed: 0 });
  expect(log.lines).toEqual([]);
  news.refused(connection, 'malformed header', 'the line has a NUL in it');
  expect(news.counters).toMatchObject({ probes: 2, malformed: 1 });
  expect(log.lines).toEqual([expect.stringContaining('its PROXY protocol header is malformed: the line has a NUL')]);
});

it('says why a connection without a candidate was reset', () => {
  const log = new FakeLog();
  const news = new ConnectionNews(log);
  news.unserved(connection, undefined);
  expect(log.lines).toEqual([
    'error: reset the connection of 10.0.0.1: no target accepts new connections: each is draining, disabled or at its maxConnections',
  ]);
});
