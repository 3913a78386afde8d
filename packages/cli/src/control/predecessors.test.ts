import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mayServe, ownName } from './predecessors.ts';
import { processStat } from './process-stat.ts';

describe.runIf(process.platform === 'linux')('workers of earlier primaries may serve', () => {
  it('while the last one runs, and not once it has ended', async () => {
    const last = await titled('loadbalancer: primary');
    const name = nameOf(last);
    expect(mayServe(name)).toBe(true);
    last.kill('SIGKILL');
    await once(last, 'exit');
    expect(mayServe(name)).toBe(false);
  });

  it('while there is a worker in its session whose parent is no primary', async () => {
    const worker = await titled('loadbalancer: worker 1');
    const name = nameOf(worker, 2 ** 22 + 1);
    expect(mayServe(name)).toBe(true);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    expect(mayServe(name)).toBe(false);
  });

  it('where the last one is not known, or ran in another container', () => {
    expect(mayServe(undefined)).toBe(true);
    expect(mayServe('')).toBe(true);
    expect(mayServe('7 12 7 pid:[1]')).toBe(true);
  });

  it('while this one runs, by its own name', () => {
    expect(mayServe(ownName())).toBe(true);
  });
});

/** As `ownName` of that process. @param pid another one that was in its session */
function nameOf({ pid: of }: ChildProcess, pid = of): string {
  const { start, session } = processStat(of as number) ?? {};
  return [pid, start, session, ownName().split(' ').at(-1)].join(' ');
}

/** In a session of its own, and ended with the test. */
async function titled(title: string): Promise<ChildProcess> {
  const script = `process.title = ${JSON.stringify(title)}; console.log('up'); setInterval(() => {}, 1e6);`;
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, ['-e', script, ' '.repeat(64)], { stdio: [...stdio], detached: true });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}
