// Signals from the supervisor to its primary. A supervisor that is root without CAP_KILL, as in a hardened service or container, may not
// signal a primary that has become another user. Then the signal goes as a message.
import type { ChildProcess } from 'node:child_process';
import type { Log } from '@lb/net';
import type { SignalMessage } from '../daemon-messages.ts';

/** Has the primary act as on this signal. */
export function signalPrimary(primary: ChildProcess, signal: SignalMessage['signal']): void {
  if (primary.kill(signal) || !isRunning(primary) || !primary.connected) return;
  const message: SignalMessage = { type: 'signal', signal };
  primary.send(message, () => {});
}

/** Kills the primary, or says that this supervisor may not. @returns whether it is killed, or has ended already */
export function killPrimary(primary: ChildProcess, log: Log): boolean {
  const { pid } = primary;
  if (primary.kill('SIGKILL') || !isRunning(primary)) return true;
  log.error(
    { primaryPid: pid },
    `the primary, pid ${pid}, cannot be killed: it has another user, and this supervisor lacks CAP_KILL; "kill -9 ${pid}" as root with that capability ends it`,
  );
  return false;
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
