// Starting a balancer's process and waiting until it carries a request.
import type { SpawnOptions } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { type Started, start } from '../machine/processes.ts';
import { answers } from '../tools/answers.ts';
import type { Running } from './balancer.ts';

const PATIENCE = 15_000;
const POLL_INTERVAL = 25;

export interface Server {
  readonly command: string;
  readonly args: readonly string[];
  readonly port: number;
  readonly options?: SpawnOptions;
  /** What its output says when all its workers are there. */
  readonly readyLine?: string;
}

export async function startServer({ command, args, port, options, readyLine }: Server): Promise<Running> {
  const started = start(command, args, options);
  const deadline = Date.now() + PATIENCE;
  const isReady = async () => (readyLine === undefined || started.output.includes(readyLine)) && answers(port);
  while (!(await isReady())) {
    if (started.ended === undefined && Date.now() < deadline) {
      await delay(POLL_INTERVAL);
      continue;
    }
    const reason = started.ended ?? `no answer within ${PATIENCE / 1000} s`;
    await started.stop();
    throw new Error(`${command} did not start (${reason}): ${started.output.trim()}`);
  }
  return { pid: started.pid, port, check: () => check(started, command), stop: () => started.stop() };
}

function check(started: Started, command: string): void {
  if (started.ended === undefined) return;
  throw new Error(`${command} ended (${started.ended}): ${started.output.trim()}`);
}
