// What `list` and `status` show of a document, to the character.
import { describe, expect, it } from 'vitest';
import { statusDocument } from '../testing/documents.ts';
import { addressText, listText, statusText } from './describe-status.ts';

describe('listText', () => {
  it('has a line for each balancer', () => {
    const second = statusDocument({ index: 1, pid: 2001, sourceHost: '127.0.0.1', sourcePort: 8080, targets: [] });
    const lines = listText([statusDocument(), second]).split('\n');
    expect(lines).toEqual([
      'INDEX   PID  LISTENS ON      UPTIME     PROCESSES  CONNECTIONS  SESSIONS  TARGETS           CONFIG',
      '    0   101  [::]:80         1 h 1 min          2            3         2  1 of 2 available  /etc/lb/config.json',
      '    1  2001  127.0.0.1:8080  1 h 1 min          2            3         2  0 available       /etc/lb/config.json',
    ]);
  });
});

describe('statusText', () => {
  it('tells facts, targets and processes', () => {
    expect(statusText(statusDocument()).split('\n')).toEqual([
      'Balancer 0 on [::]:80, up 1 h 1 min, release 1.2.3',
      'Config:      /etc/lb/config.json',
      'Log:         /var/log/lb.log',
      'Connections: 3 open, 10 accepted, 1 blocked, 2 without a target',
      'Sessions:    2, 1 displaced',
      'Epoch:       7',
      '',
      'TARGET          STATE      WEIGHT  CONNECTIONS  SESSIONS',
      '127.0.0.1:8000  available       1            3         2',
      '[::1]:8001      draining      0.5            0         0',
      '',
      'PROCESS  PID  STATE    UPTIME     ENGINE   CONNECTIONS  SESSIONS  LOOP DELAY',
      '      0  102  ready    1 h 1 min  streams  3            2         12 ms',
      '      1  -    waiting  0 s        -        -            -         -',
    ]);
  });

  it('leaves the log out where there is none', () => {
    expect(statusText(statusDocument({ logPath: undefined }))).not.toContain('Log:');
  });
});

describe('addressText', () => {
  it('puts IPv6 into brackets', () => {
    expect(addressText({ sourceHost: '::1', sourcePort: 80 })).toBe('[::1]:80');
    expect(addressText({ sourceHost: '127.0.0.1', sourcePort: 80 })).toBe('127.0.0.1:80');
  });
});

it('tells who was turned away, if anybody was', () => {
  const document = statusDocument();
  const counters = { ...document.counters, denied: 3, tooFastOfClient: 4 };
  expect(statusText({ ...document, counters })).toContain(
    '\nTurned away: 3 by the lists, 4 over connectionRatePerClient\n',
  );
  expect(statusText(document)).not.toContain('Turned away');
});

it('names what the middleware throws, and for how many connections', () => {
  const document = statusDocument();
  const failing = (middlewareFailed: number, inARow: number): string =>
    statusText({
      ...document,
      counters: { ...document.counters, middlewareFailed },
      middlewareFailure: { inARow, lastError: 'TypeError: socket.x is not a function' },
    });
  const last = 'last error: TypeError: socket.x is not a function\n';
  expect(failing(120, 118)).toContain(
    `\nMiddleware:  it threw for 120 connections, which it blocked, among them the latest 118 in a row; ${last}`,
  );
  expect(failing(1, 0)).toContain(`\nMiddleware:  it threw for 1 connection, which it blocked; ${last}`);
  expect(statusText(document)).not.toContain('Middleware');
});

it('tells which processes did not answer, and are missing from the sums', () => {
  const document = statusDocument();
  const workers = document.workers.map((worker) => ({
    ...worker,
    state: 'ready' as const,
    pid: 102,
    engine: undefined,
  }));
  expect(statusText({ ...document, workers })).toContain(
    '\nNo answer:   from pid 102, 102; connections and sessions are without theirs\n',
  );
  expect(statusText(document)).not.toContain('No answer');
});
