// Starts a primary as a child of the supervisor, with the listeners that are held, and says what it sends and how it ends. Whether
// there is to be another one is not decided here.
import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Log } from '@lb/net';
import { childFlags, type ListenerKeeper, listenToChild } from '@lb/net/internal';
import type { LogOutput } from '../../logging/log-output.ts';
import { daemonMessageFault, type FromPrimary } from '../daemon-messages.ts';
import { afterRelay, relayLog } from './relay-log.ts';

const PRIMARY_MODULE = createRequire(import.meta.url).resolve('#primary');
/** Where the channel for listeners arrives in a primary: after stdin, stdout, stderr and Node's own channel. */
const HANDOVER_FD = 4;
/** A primary of root's may change its user, and then it must not have root's log open. One that stays root opens it itself. */
const STREAM = process.getuid?.() === 0 ? 'pipe' : 'inherit';

export interface ForkMeans {
  /** @param handover the argument for the channel over which listeners are handed on */
  readonly argumentsWith: (handover: string) => readonly string[];
  readonly listeners: ListenerKeeper | undefined;
  readonly output: LogOutput;
  readonly log: Log;
  readonly onMessage: (message: FromPrimary) => void;
  /**
   * Called once all that it has sent and written has been read.
   * @param code that it left with: null where a signal ended it (0 for a real-time signal), or the system could not fork it
   */
  readonly onEnd: (how: string, code: number | null) => void;
}

/** @returns the process; undefined if there is none, after a call of `onEnd` */
export function forkPrimary(means: ForkMeans): ChildProcess | undefined {
  const { argumentsWith, listeners, output, log, onMessage, onEnd } = means;
  const handover = listeners?.link();
  const hasHandover = handover !== undefined;
  let child: ChildProcess;
  try {
    child = fork(PRIMARY_MODULE, argumentsWith(hasHandover ? `${HANDOVER_FD}` : ''), {
      execArgv: childFlags(),
      stdio: ['ignore', STREAM, STREAM, 'ipc', ...(hasHandover ? [handover] : [])],
    });
  } catch (error) {
    onEnd((error as Error).message, null);
    return undefined;
  } finally {
    if (hasHandover) listeners?.closeHere(handover);
  }
  for (const stream of [child.stdout, child.stderr]) if (stream) relayLog(stream, output);
  listenToChild(child, daemonMessageFault, onMessage, (fault, leftOut) =>
    log.warn({ primaryPid: child.pid, leftOut }, `dropped a message of the primary, pid ${child.pid}: ${fault}`),
  );
  child.once('exit', (code, signal) => {
    const end = () => afterRelay(() => onEnd(signal ? `signal ${signal}` : `exit code ${code}`, code));
    // What it said last may still be on its way.
    if (child.connected) child.once('disconnect', end);
    else end();
  });
  // A process that the system could not give has no exit to wait for. A signal that it may not be sent is an error, too.
  child.on('error', (error) => {
    if (child.pid === undefined) onEnd(error.message, null);
  });
  return child;
}
