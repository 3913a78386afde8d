// Starting the supervisor in the background, and waiting for its word.
import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../command-error.ts';
import type { DaemonMessage } from './messages.ts';

const SUPERVISOR_MODULE = fileURLToPath(new URL('./supervisor.js', import.meta.url));

/**
 * Resolves when the balancer accepts connections.
 * @throws {CommandError} with the reason when it can't
 */
export async function launchDaemon(configPath: string, logPath: string): Promise<DaemonMessage & { type: 'started' }> {
  const log = openLog(logPath);
  const supervisor = fork(SUPERVISOR_MODULE, [configPath, logPath], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const answer = await new Promise<DaemonMessage>((resolve) => {
    supervisor.once('message', (message) => resolve(message as DaemonMessage));
    supervisor.once('error', (error) => resolve({ type: 'failed', message: error.message }));
    supervisor.once('exit', () => resolve({ type: 'failed', message: `It ended without a word; see ${logPath}.` }));
  });
  if (supervisor.connected) supervisor.disconnect();
  supervisor.unref();
  if (answer.type === 'failed') throw new CommandError(answer.message);
  return answer;
}

function openLog(path: string): number {
  try {
    return openSync(path, 'a', 0o640);
  } catch (error) {
    throw new CommandError(
      `The log file ${path} cannot be written: ${(error as Error).message}. Name another one with --log-file.`,
    );
  }
}
