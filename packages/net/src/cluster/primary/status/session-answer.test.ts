import { DEFAULT_HASH_KEY, DecidingHealth, HashPolicy, TargetPool, type TargetRecord } from '@lb/core';
import { describe, expect, it } from 'vitest';
import { checkedAddress, sessionAnswer } from './session-answer.ts';

const KEY = '203.0.113.7';
const health = new DecidingHealth({ suspension: 1 });

/** Three targets, the client's home first. */
function targets(): [TargetRecord, TargetRecord, TargetRecord] {
  const pool = new TargetPool(DEFAULT_HASH_KEY);
  pool.setTargets(['a', 'b', 'c'].map((host) => ({ host, port: 80 })));
  const answer = ask(pool.targets);
  const home = pool.targets.find(({ id }) => id === answer.home) as TargetRecord;
  const [second, third] = pool.targets.filter((target) => target !== home) as [TargetRecord, TargetRecord];
  return [home, second, third];
}

function ask(all: readonly TargetRecord[], more: { displaced?: string; pastHome?: string; holder?: string } = {}) {
  const session = more.holder === undefined ? undefined : { target: more.holder, connections: 1, idleMs: undefined };
  return sessionAnswer({
    clientAddress: KEY,
    clientKey: KEY,
    policy: new HashPolicy(DEFAULT_HASH_KEY),
    targets: all,
    displaced: more.displaced,
    pastHome: more.pastHome,
    workers: [
      { worker: 0, pid: 10, session: undefined },
      { worker: 1, pid: 11, session },
    ],
  });
}

describe('where a client goes', () => {
  it('is its home, with a session or without', () => {
    const all = targets();
    const [home] = all;
    expect(ask(all)).toMatchObject({ target: home.id, home: home.id, reason: 'home', holders: [] });
    expect(ask(all, { holder: all[1].id })).toMatchObject({ reason: 'home' });
    expect(ask(all, { holder: home.id })).toMatchObject({
      reason: 'session',
      holders: [{ worker: 1, pid: 11, target: home.id, connections: 1 }],
    });
  });

  it('is where its session is, away from home, as long as that target can serve it', () => {
    const all = targets();
    const [home, second] = all;
    expect(ask(all, { displaced: second.id })).toMatchObject({ target: second.id, reason: 'displaced' });
    health.suspend(second, 0);
    expect(ask(all, { displaced: second.id })).toMatchObject({ target: home.id, reason: 'home' });
  });

  it('is its home also where its session was away from home when it began', () => {
    const all = targets();
    const [home] = all;
    expect(ask(all, { displaced: home.id, holder: home.id })).toMatchObject({ target: home.id, reason: 'session' });
    expect(ask(all, { displaced: home.id })).toMatchObject({ target: home.id, reason: 'home' });
  });

  it('is its home under an earlier list, where a session may have been lost, unless that cannot serve it or its session is known', () => {
    const all = targets();
    const [home, second, third] = all;
    const pastHome = second.id;
    expect(ask(all, { pastHome })).toMatchObject({ target: second.id, home: home.id, reason: 'earlier home' });
    expect(ask(all, { pastHome: home.id })).toMatchObject({ target: home.id, reason: 'home' });
    expect(ask(all, { pastHome, displaced: third.id })).toMatchObject({ target: third.id, reason: 'displaced' });
    expect(ask(all, { pastHome, displaced: home.id })).toMatchObject({ target: home.id, reason: 'home' });
    health.suspend(second, 0);
    expect(ask(all, { pastHome })).toMatchObject({ target: home.id, reason: 'home' });
  });

  it('is the next choice when its home is suspended, and another home when that is disabled', () => {
    const all = targets();
    const [home] = all;
    health.suspend(home, 0);
    expect(ask(all)).toMatchObject({ home: home.id, reason: 'next choice' });
    expect(ask(all).target).not.toBe(home.id);
    home.mode = 'disabled';
    expect(ask(all)).toMatchObject({ reason: 'home' });
    expect(ask(all).home).not.toBe(home.id);
  });

  it('is nowhere when no target is available', () => {
    const all = targets();
    for (const target of all) target.mode = 'disabled';
    expect(ask(all)).toMatchObject({ target: undefined, home: undefined, reason: 'no target' });
  });
});

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
])('takes the address %s', (given, address) => expect(checkedAddress(given)).toBe(address));

it.each(['', 'localhost', '1.2.3', '203.0.113.7:80'])('refuses the address %j', (given) => {
  expect(() => checkedAddress(given)).toThrow('is not an IP address');
});
