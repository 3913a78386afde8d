// Waiting for processes, also for one whose pid another process has.
import { spawn } from 'node:child_process';
import { expect, it, onTestFinished, vi } from 'vitest';
import { processStat } from '../../control/process-stat.ts';
import { waitForEnd } from './wait-for-end.ts';

vi.mock(import('../../control/process-stat.ts'), async (original) => {
  const actual = await original();
  return { processStat: vi.fn(actual.processStat) };
});

it('resolves when they have ended, or names those that are left', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const pid = child.pid as number;
  expect(await waitForEnd([pid, 2 ** 22 + 1], 0)).toEqual([pid]);
  child.kill('SIGKILL');
  expect(await waitForEnd([pid], 60_000)).toEqual([]);
});

it.runIf(process.platform === 'linux')('takes no later process for one of them', async () => {
  const pid = process.pid;
  vi.mocked(processStat).mockReturnValueOnce({ parent: 1, session: 1, start: 'before' });
  expect(await waitForEnd([pid], 60_000)).toEqual([]);
});
