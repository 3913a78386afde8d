// Which process has a pid: by when it was started, whatever it is named, and only while it lives.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { startOf } from './process-start.ts';

it('is the same for as long as the process lives, and nothing afterwards', async () => {
  const child = spawned('sleep', ['60']);
  const start = startOf(child.pid as number);
  expect(start).toEqual(expect.any(String));
  expect(startOf(child.pid as number)).toBe(start);
  child.kill();
  await once(child, 'exit');
  expect(startOf(child.pid as number)).toBeUndefined();
});

describe.runIf(process.platform === 'linux')('the start in the ticks of Linux', () => {
  it('is nothing for a process that has ended and whose parent has not asked for its exit code', async () => {
    // The shell becomes a program that asks for nobody's.
    const parent = spawned('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
    const [pid] = await once(parent.stdout as NodeJS.EventEmitter, 'data');
    expect(startOf(Number(pid))).toEqual(expect.any(String));
    // Before that, the shell may ask.
    await vi.waitUntil(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n', { timeout: 30_000 });
    process.kill(Number(pid), 'SIGKILL');
    await vi.waitUntil(() => startOf(Number(pid)) === undefined, { timeout: 30_000 });
    process.kill(Number(pid), 0); // the system still has an entry for it
  });

  it('is found for a process whose name looks like that of one that has ended', async () => {
    const script = join(temporaryFolder(), 'a) Z 1 (b');
    writeFileSync(script, '#!/bin/sh\necho ready\nread line\n');
    chmodSync(script, 0o700);
    const child = spawned(script, []);
    await once(child.stdout as NodeJS.EventEmitter, 'data');
    expect(startOf(child.pid as number)).toMatch(/^\d{2,}$/);
  });
});

function spawned(command: string, args: string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
