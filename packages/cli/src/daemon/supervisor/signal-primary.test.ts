import type { ChildProcess } from 'node:child_process';
import { expect, it, vi } from 'vitest';
import { fakeLog } from '../../testing/fake-log.ts';
import { killPrimary, signalPrimary } from './signal-primary.ts';

function primary(mayBeSignaled: boolean, exitCode: number | null = null) {
  const child = { pid: 7, exitCode, signalCode: null, connected: true, kill: () => mayBeSignaled, send: vi.fn() };
  return child as typeof child & ChildProcess;
}

it('sends a signal as a message only to a running primary that it may not signal', () => {
  const [own, others, ended] = [primary(true), primary(false), primary(false, 0)];
  for (const child of [own, others, ended]) signalPrimary(child, 'SIGHUP');
  expect(others.send).toHaveBeenCalledExactlyOnceWith({ type: 'signal', signal: 'SIGHUP' }, expect.any(Function));
  expect([own.send, ended.send].map((send) => send.mock.calls)).toEqual([[], []]);
});

it('says that it may not kill a primary', () => {
  const log = fakeLog();
  for (const child of [primary(true), primary(false, 0), primary(false)]) killPrimary(child, log);
  expect(log.lines).toEqual([expect.stringMatching(/^error: the primary, pid 7, cannot be killed: .*CAP_KILL/)]);
});
