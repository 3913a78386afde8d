// What people read of sessions, targets, modes and reloads, to the character.
import { describe, expect, it } from 'vitest';
import { sessionDocument, statusDocument } from '../testing/documents.ts';
import { modeText, resumedModeText } from './mode-text.ts';
import { reloadText } from './reload-text.ts';
import { sessionText } from './session-text.ts';
import { targetsText } from './targets-text.ts';

const here = '127.0.0.1:8000';
const home = '127.0.0.1:9000';

describe('sessionText', () => {
  it('has a sentence, and a table of those who hold the session', () => {
    const holders = [
      { worker: 0, pid: 102, target: here, connections: 2, idleMs: undefined },
      { worker: 1, pid: undefined, target: here, connections: 0, idleMs: 12_300 },
    ];
    expect(sessionText(sessionDocument({ holders })).split('\n')).toEqual([
      '203.0.113.7 goes to 127.0.0.1:8000, its home: it has a session there.',
      '',
      'PROCESS  PID  TARGET          CONNECTIONS  IDLE',
      '      0  102  127.0.0.1:8000            2  -',
      '      1  -    127.0.0.1:8000            0  12 s',
    ]);
  });

  it.each([
    [
      { reason: 'displaced', target: here, home },
      'goes to 127.0.0.1:8000: it has a session there, displaced from its home 127.0.0.1:9000.',
    ],
    [
      { reason: 'displaced', target: here, home: undefined },
      'goes to 127.0.0.1:8000: it has a session there, displaced from its home (none is in use).',
    ],
    [{ reason: 'home', target: home, home }, 'would go to 127.0.0.1:9000, its home: it has no session.'],
    [
      { reason: 'earlier home', target: here, home },
      'would go to 127.0.0.1:8000, its home before the targets changed: a process has ended that may have had its session.',
    ],
    [
      { reason: 'next choice', target: here, home },
      'would go to 127.0.0.1:8000, its next choice: it has no session, and its home 127.0.0.1:9000 is suspended.',
    ],
    [
      { reason: 'no target', target: undefined, home: undefined },
      'goes nowhere: no target is in use. "loadbalancer targets" shows them, and "loadbalancer enable HOST:PORT" puts one into use.',
    ],
    [
      { reason: 'denied', target: undefined, deniedBy: 'deny' },
      'is turned away: it is in the list `deny` of the config.',
    ],
    [
      { reason: 'denied', target: undefined, deniedBy: 'allow' },
      'is turned away: it is not in the list `allow` of the config.',
    ],
  ] as const)('says why: %j', (changes, sentence) => {
    expect(sessionText(sessionDocument({ ...changes, holders: [] }))).toBe(`203.0.113.7 ${sentence}`);
  });

  it('says as what an address counts', () => {
    const document = sessionDocument({ clientAddress: '2001:db8::1', clientKey: '2001:db8::/64', holders: [] });
    expect(sessionText(document)).toMatch(/^2001:db8::1 \(as 2001:db8::\/64\) goes to/);
  });
});

describe('targetsText', () => {
  it('is a table', () => {
    expect(targetsText(statusDocument()).split('\n')).toEqual([
      'TARGET          STATE      WEIGHT  CONNECTIONS  SESSIONS',
      '127.0.0.1:8000  available       1            3         2',
      '[::1]:8001      draining      0.5            0         0',
    ]);
  });
});

describe('modeText', () => {
  const answer = { version: 1, index: 2, target: here, suspended: false } as const;

  it.each([
    ['draining', 'enabled', 'is draining now (it was enabled): it keeps the sessions it has and takes no new ones. '],
    ['disabled', 'draining', 'is disabled now (it was draining): it takes no new connections; open ones go on. '],
    ['disabled', 'disabled', 'was disabled already: it takes no new connections; open ones go on. '],
  ] as const)('%s after %s', (mode, previous, said) => {
    expect(modeText({ ...answer, mode, previous })).toBe(
      `127.0.0.1:8000 of balancer 2 ${said}"loadbalancer enable 127.0.0.1:8000 2" brings it back.`,
    );
  });

  it('enabled after disabled', () => {
    expect(modeText({ ...answer, mode: 'enabled', previous: 'disabled' })).toBe(
      '127.0.0.1:8000 of balancer 2 is enabled now (it was disabled): it takes clients.',
    );
  });
});

it('modeText says that a mode is not kept, and why', () => {
  const answer = {
    version: 1,
    index: 2,
    target: here,
    suspended: false,
    mode: 'enabled',
    previous: 'disabled',
  } as const;
  expect(modeText({ ...answer, unkept: 'ENOSPC: no space left on device, write' })).toBe(
    '127.0.0.1:8000 of balancer 2 is enabled now (it was disabled): it takes clients. But the mode could not be kept: if the balancer is restarted or its primary dies, the next primary does not know it. The reason: ENOSPC: no space left on device, write.',
  );
});

describe('modeText of a suspended target', () => {
  const answer = { version: 1, index: 2, target: here, suspended: true, previous: 'enabled' } as const;

  it.each([
    ['enabled', 'was enabled already: it is suspended, and takes clients again when it answers.'],
    ['draining', 'it is suspended, and takes the clients of its sessions again when it answers; it takes no new ones.'],
    ['disabled', 'it takes no new connections; open ones go on.'],
  ] as const)('%s', (mode, said) => {
    expect(modeText({ ...answer, mode })).toContain(said);
  });
});

it('resumedModeText says how to undo it', () => {
  expect(resumedModeText([here, 'draining'], 2)).toBe(
    'Target 127.0.0.1:8000 is draining, as it was when the last balancer with this config ended. "loadbalancer enable 127.0.0.1:8000 2" brings it back; "start --fresh" forgets all such modes.',
  );
});

describe('reloadText', () => {
  const path = '/etc/lb/config.json';

  it.each([
    [[], 0, 'no option has changed'],
    [['targets'], 0, 'targets changed'],
    [['targets', 'balancerCount'], 1, 'targets, balancerCount changed, 1 worker was replaced'],
    [['hashSeed'], 4, 'hashSeed changed, 4 workers were replaced'],
  ])('of %j with %d workers replaced', (changed, workersReplaced, said) => {
    expect(reloadText(path, { changed, workersReplaced })).toBe(`reloaded ${path}: ${said}`);
  });
});
