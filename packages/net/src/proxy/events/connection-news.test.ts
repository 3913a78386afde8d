import type { TargetRecord } from '@lb/core';
import { expect, it } from 'vitest';
import { ConnectError } from '../../engine/connect-error.ts';
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

it.each([
  ['no candidate', 'no target accepts new connections: each is draining, disabled or at its maxConnections'],
  ['no time', 'connectBudget was used up before it had its place at a target'],
] as const)('says why a connection was reset where no target was at fault: %s', (why, text) => {
  const log = new FakeLog();
  const news = new ConnectionNews(log);
  news.unserved(connection, why);
  expect(log.lines).toEqual([`error: reset the connection of 10.0.0.1: ${text}`]);
});

it.each([
  ['ETIMEDOUT', '10.0.0.1:80 did not answer in the time that was left of connectBudget: ETIMEDOUT'],
  ['EAGAIN', 'the accept queue of 10.0.0.1:80 stayed full, so the next target is tried: EAGAIN'],
  ['EMFILE', 'this machine could not connect to 10.0.0.1:80: EMFILE'],
])('says why a target that is not blamed was passed over: %s', (code, line) => {
  const log = new FakeLog();
  const news = new ConnectionNews(log);
  const target = { id: '10.0.0.1:80' } as TargetRecord;
  const error = new ConnectError(code, { host: '10.0.0.1', port: 80 });
  news.passedOver(connection, target, error, false);
  news.passedOver(connection, target, error, true);
  expect(news.counters.passedOver).toBe(2);
  expect(log.lines).toEqual([`error: ${line}`]);
});

it('says once in a while that the accept queue of a target is full', () => {
  const log = new FakeLog();
  const news = new ConnectionNews(log);
  for (let n = 0; n < 3; n += 1) news.acceptQueueFull('unix:/run/app.sock');
  expect(log.lines).toEqual([expect.stringMatching(/^warn: the accept queue of unix:\/run\/app.sock is full;/)]);
});
