import { describe, expect, it } from 'vitest';
import type { Health } from './health.ts';
import { type HealthNews, verdict } from './health-news.ts';

const healthy: Health = { state: 'healthy', version: 7 };
const failed: Health = { state: 'suspended', version: 7, cause: 'failed', until: 100 };
const deactivated: Health = { ...failed, cause: 'deactivated' };

const of = (source: 'connect' | 'probe', outcome: 'reached' | 'failed', version = 7): HealthNews => ({
  source,
  outcome,
  version,
});
const controller: HealthNews = { source: 'controller', outcome: 'failed' };
const time: HealthNews = { source: 'time', outcome: 'reached', version: 7 };
const judge = (news: HealthNews, health: Health, now = 0, confirms = false) => verdict(health, news, confirms, now);

describe('news of a target', () => {
  it.each(['connect', 'probe'] as const)(
    'from a %s suspends it when it fails, and restores it when it answers',
    (source) => {
      expect(judge(of(source, 'failed'), healthy)).toBe('suspend');
      expect(judge(of(source, 'failed'), failed)).toBeUndefined();
      expect(judge(of(source, 'reached'), failed)).toBe('restore');
      expect(judge(of(source, 'reached'), healthy)).toBeUndefined();
    },
  );

  it.each(['connect', 'probe'] as const)('from a %s of another version is ignored', (source) => {
    for (const version of [6, 8]) {
      expect(judge(of(source, 'failed', version), healthy)).toBeUndefined();
      expect(judge(of(source, 'reached', version), failed)).toBeUndefined();
    }
  });

  it('from a controller suspends it in any case', () => {
    for (const health of [healthy, failed, deactivated]) expect(judge(controller, health)).toBe('suspend');
  });

  it.each(['connect', 'probe'] as const)('from a %s does not end what a controller asked for', (source) => {
    expect(judge(of(source, 'reached'), deactivated, 1_000)).toBeUndefined();
  });

  it('of time restores it at the end of its suspension, whatever the cause', () => {
    for (const health of [failed, deactivated]) {
      expect([99, 100].map((now) => judge(time, health, now))).toEqual([undefined, 'restore']);
      expect(judge({ ...time, version: 6 }, health, 100)).toBeUndefined();
    }
    expect(judge(time, healthy, 100)).toBeUndefined();
  });

  it('from a connect is confirmed first where that is asked for, and a probe is believed', () => {
    expect(judge(of('connect', 'failed'), healthy, 0, true)).toBe('confirm');
    expect(judge(of('connect', 'failed'), failed, 0, true)).toBeUndefined();
    expect(judge(of('connect', 'reached'), failed, 0, true)).toBe('restore');
    expect(judge(of('probe', 'failed'), healthy, 0, true)).toBe('suspend');
    expect(judge(controller, healthy, 0, true)).toBe('suspend');
  });
});
