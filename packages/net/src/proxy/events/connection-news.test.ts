import { expect, it } from 'vitest';
import { FakeLog } from '../../testing/fake-log.ts';
import { ConnectionNews } from './connection-news.ts';

it('counts what middleware blocks, and how often it has thrown in a row', () => {
  const news = new ConnectionNews(new FakeLog());
  expect(news.middlewareFailures.status).toBeUndefined();
  news.answered(true, 'Error: one');
  news.answered(true, 'Error: two');
  expect(news.middlewareFailures.status).toEqual({ inARow: 2, lastError: 'Error: two' });
  news.answered(true, undefined);
  expect(news.middlewareFailures.status).toEqual({ inARow: 0, lastError: 'Error: two' });
  news.answered(false, undefined);
  expect(news.counters).toMatchObject({ blocked: 3, middlewareFailed: 2 });
});

it('counts probes of trusted proxies, and warns of none', () => {
  const log = new FakeLog();
  const news = new ConnectionNews(log);
  news.probed();
  news.probed();
  expect(news.counters).toMatchObject({ probes: 2, malformed: 0 });
  expect(log.lines).toEqual([]);
  news.malformed('10.0.0.1', 'the line has a NUL in it');
  expect(news.counters).toMatchObject({ probes: 2, malformed: 1 });
  expect(log.lines).toHaveLength(1);
});
