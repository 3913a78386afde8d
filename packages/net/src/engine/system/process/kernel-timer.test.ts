import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadLibc } from '../libc.ts';

const [module, libc] = ['process/kernel-timer', 'libc'].map(
  (name) => new URL(`../../../../dist/engine/system/${name}.js`, import.meta.url).href,
);

/** Runs a script with a `timer`. @returns the exit code, or the signal that has ended it */
async function endOf(script: string): Promise<number | NodeJS.Signals> {
  const code = `
    const { KernelTimer } = await import(${JSON.stringify(module)});
    const { loadLibc } = await import(${JSON.stringify(libc)});
    const timer = new KernelTimer(loadLibc());
    ${script}
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [exit, signal] = await once(child, 'exit');
  return exit ?? signal;
}

describe.runIf(!(loadLibc() instanceof Error))('the kernel timer', { timeout: 60_000 }, () => {
  it('ends a process that loops', async () => {
    expect(await endOf('timer.set(100); for (;;);')).toBe('SIGKILL');
  });

  it('ends a process that is stopped', async () => {
    expect(await endOf("timer.set(500); process.kill(process.pid, 'SIGSTOP');")).toBe('SIGKILL');
  });

  it.runIf(existsSync('/proc/self/timers'))('goes by the time that nobody can set, and by SIGKILL', async () => {
    const script = `
      timer.set(60_000);
      const timers = (await import('node:fs')).readFileSync('/proc/self/timers', 'utf8');
      process.exit(/^signal: 9\\//m.test(timers) && /^ClockID: 1$/m.test(timers) ? 5 : 6);`;
    expect(await endOf(script)).toBe(5);
  });

  it('ends no process that sets it again in time, or turns it off', async () => {
    expect(await endOf('timer.set(300); timer.set(60_000); setTimeout(() => process.exit(5), 600);')).toBe(5);
    expect(await endOf('timer.set(300); timer.set(0); setTimeout(() => process.exit(5), 600);')).toBe(5);
  });
});
