// One process of a worker's place, from its fork to its end. Runs in the primary. What follows on its end is decided in worker-slot.ts.
import { type ChildProcess, fork } from 'node:child_process';
import type { Log } from '../../../base/log.ts';
import { childFlags } from '../../../engine/system/process/child-flags.ts';
import type { Identity } from '../../identity/identity.ts';
import { environmentOf } from '../../identity/user-environment.ts';
import { listenToChild } from '../../protocol/checked-messages.ts';
import type { ToPrimary } from '../../protocol/messages.ts';
import { toPrimaryFault } from '../../protocol/to-primary-checks.ts';

/** Where the first handed-down descriptor arrives in a worker: after stdin, stdout, stderr and the channel. */
export const FIRST_DESCRIPTOR = 4;

/** ms after its exit for which a process's channel is read: a process that it has started may hold the channel open. */
const READ_ON = 1_000;

export interface WorkerProcessOptions {
  /** Of its place. */
  readonly index: number;
  readonly workerModule: string;
  /** Descriptors to hand down, as the primary knows them. */
  readonly descriptors: readonly number[];
  /** Whose environment it gets. @default the one of the primary */
  readonly account: Identity['account'] | undefined;
  readonly log: Log;
  readonly onMessage: (message: ToPrimary) => void;
  /** Called once, after its last message, with how it has ended. */
  readonly onEnd: (how: string) => void;
}

/** @throws {Error} with the system's code, when the system has no process or descriptor for it */
export function forkWorker(options: WorkerProcessOptions): ChildProcess {
  const { index, workerModule, descriptors, account, log, onMessage, onEnd } = options;
  const child = fork(workerModule, [], {
    execArgv: childFlags(),
    ...(account && { env: environmentOf(account) }),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...descriptors],
  });
  listenToChild(child, toPrimaryFault, onMessage, (fault, leftOut) =>
    log.warn(
      { worker: index, workerPid: child.pid, leftOut },
      `dropped a message of worker ${index}, pid ${child.pid}: ${fault}. A controller must not use process.send.`,
    ),
  );
  child.on('error', (error) => {
    // A process that the system could not give has no exit to wait for.
    if (child.pid === undefined) onEnd(error.message);
    else log.error({ worker: index }, `worker ${index}: ${error.message}`);
  });
  child.once('exit', (code, signal) => {
    const ended = (): void => onEnd(signal ? `signal ${signal}` : `exit code ${code}`);
    if (!child.connected) return ended();
    // Of several processes that exit together, Node reports all exits before it has read what each of them sent last.
    const cut = setTimeout(() => child.disconnect(), READ_ON);
    child.once('disconnect', () => {
      clearTimeout(cut);
      ended();
    });
  });
  return child;
}
