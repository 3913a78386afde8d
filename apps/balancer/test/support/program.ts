// Servers that are installed on this machine, each with a configuration of the test's own.
import { spawnSync } from 'node:child_process';
import { spawned } from './cleanup.ts';
import { queueOf } from './kernel-sockets.ts';
import { until } from './wait.ts';

export function isInstalled(command: string): boolean {
  return spawnSync(command, ['-v'], { stdio: 'ignore' }).status === 0;
}

/** Starts a program that stays in the foreground, and waits until it listens on a port of 127.0.0.1. It ends with the test. */
export async function startProgram(port: number, command: string, ...args: string[]): Promise<void> {
  const child = spawned(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  await until(`${command} to listen`, () => {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}: ${stderr}`);
    return queueOf(port) !== undefined;
  });
}
