import { describe, expect, it } from 'vitest';
import { health, poolOf, targetOf } from '../../../testing/targets.ts';
import { MemorySessionStore } from '../../store/memory-session-store.ts';
import { Members } from '../members.ts';
import { DisplacedSessions } from './displaced-sessions.ts';
import { HolderChecks } from './holder-checks.ts';
import { place } from './placing.ts';

const NOTHING = {
  change: undefined,
  wanted: { targets: [], addresses: new Map(), modes: new Map(), restored: new Map() },
};

function setUp(room = 10) {
  const pool = poolOf('abc');
  const displaced = new DisplacedSessions(new MemorySessionStore(room), 100);
  const means = { pool, displaced, checks: new HolderChecks(new Members(() => {})) };
  const say = (key: string, target: string, declared = false) =>
    place({ type: 'place', placements: [[key, `${target}:80`]], declared }, means, NOTHING, 0);
  return { pool, displaced, say };
}

describe('a placement that a worker has made', () => {
  it('counts where it is the first one, and all others hear of it', () => {
    const { displaced, say } = setUp();
    expect(say('p', 'a')).toEqual({ news: [['p', 'a:80']], answer: [['p', 'a:80']] });
    expect(say('p', 'a').news).toEqual([['p', 'a:80']]);
    expect(displaced.find('p')).toBe('a:80');
  });

  it('is answered with the first one where there is one', () => {
    const { displaced, say } = setUp();
    say('p', 'a');
    expect(say('p', 'b')).toEqual({ news: [], answer: [['p', 'a:80']] });
    expect(displaced.find('p')).toBe('a:80');
  });

  it('takes over from one at a suspended target, unless it was there before', () => {
    const { pool, displaced, say } = setUp();
    say('p', 'a');
    health.suspend(targetOf(pool, 'a'), 0);
    health.suspend(targetOf(pool, 'b'), 0);
    expect(say('p', 'b', true).news).toEqual([]);
    expect(say('p', 'c', true).news).toEqual([['p', 'c:80']]);
    expect(displaced.find('p')).toBe('c:80');
  });

  it('is left out where its target is out of use, or where there is no room', () => {
    const { pool, say } = setUp(1);
    say('p', 'a');
    targetOf(pool, 'b').mode = 'disabled';
    expect(say('p', 'b')).toEqual({ news: [], answer: [['p', 'a:80']] });
    expect(say('q', 'b')).toEqual({ news: [], answer: [] });
    expect(say('q', 'c')).toEqual({ news: [], answer: [] });
  });
});
