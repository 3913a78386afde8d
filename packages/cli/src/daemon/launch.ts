// Starting the supervisor in the background, and waiting for its word.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { childFlags, keepDescriptors } from '@lb/net/internal';
import { CommandError } from '../command-error.ts';
import { type DaemonMessage, daemonMessageFault } from './daemon-messages.ts';

/** Why a balancer could not be started in the background. */
export class LaunchError extends CommandError {
  /** The code of the error behind it, where there is one. */
  readonly reason: string | undefined;

  constructor({ message, code }: DaemonMessage & { type: 'failed' }) {
    super(message);
    this.reason = code;
  }
}

const { O_WRONLY, O_CREAT, O_APPEND, O_NONBLOCK, O_NOCTTY } = constants;
const SUPERVISOR_MODULE = createRequire(import.meta.url).resolve('#supervisor');

/**
 * Resolves when the balancer accepts connections.
 * @param isFresh whether what an earlier primary has kept is forgotten
 * @throws {LaunchError} with the reason when it can't; nothing of it runs any more then
 */
export async function launchDaemon(
  configPath: string,
  logPath: string,
  isFresh: boolean,
): Promise<DaemonMessage & { type: 'started' }> {
  const log = openLog(logPath);
  keepDescriptors();
  const supervisor = fork(SUPERVISOR_MODULE, [configPath, logPath, ...(isFresh ? ['fresh'] : [])], {
    detached: true,
    execArgv: childFlags(),
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const exit = once(supervisor, 'exit').catch(() => {});
  const answer = await new Promise<DaemonMessage>((resolve) => {
    supervisor.on('message', (message) => {
      const fault = daemonMessageFault(message);
      if (fault === undefined) resolve(message as DaemonMessage);
      else console.error(`Dropped a message of the supervisor, pid ${supervisor.pid}: ${fault}`);
    });
    supervisor.once('error', (error) => resolve({ type: 'failed', message: error.message }));
    // Unlike `exit`, this comes after all that it said.
    supervisor.once('disconnect', () =>
      resolve({ type: 'failed', message: `The supervisor exited without an error message; see ${logPath}.` }),
    );
  });
  if (supervisor.connected) supervisor.disconnect();
  if (answer.type === 'failed') {
    await exit;
    throw new LaunchError(answer);
  }
  supervisor.unref();
  return answer;
}

/** Without waiting, should it be a named pipe. */
function openLog(path: string): number {
  try {
    return openSync(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY, 0o640);
  } catch (error) {
    throw new CommandError(
      `The log file ${path} cannot be written: ${(error as Error).message}. Name another one with --log-file.`,
    );
  }
}
