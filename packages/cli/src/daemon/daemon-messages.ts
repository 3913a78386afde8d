// What `start` hears from the supervisor, and the supervisor from the primary: that it runs, or why it doesn't.
import { BalancerError, type ModeNotice } from '@lb/core';
import {
  faultFinder,
  isCount,
  isListOf,
  isOneOf,
  isOptional,
  isText,
  isTupleOf,
  MOST_TARGETS,
} from '@lb/core/internal';
import { MOST_BYTES } from '../config/config-text.ts';

/**
 * The version of what a supervisor and its primary exchange, listeners included. The supervisor names its own as the first argument of
 * the primary, and a primary that has another one reports `failed`, which is the same in all versions. To be raised when a message changes.
 */
export const DAEMON_PROTOCOL_VERSION = 5;

export type DaemonMessage =
  | {
      /** Reported again when it has a control socket later, perhaps under another index. */
      readonly type: 'started';
      /** Absent while it has no control socket: a primary that is started again serves without. */
      readonly index?: number | undefined;
      readonly port: number;
      readonly pid: number;
      /** The targets that are draining or disabled, as they were under an earlier primary. */
      readonly modes: readonly ModeNotice[];
      /** Names of targets that can't be resolved. */
      readonly unresolved: readonly string[];
    }
  | {
      readonly type: 'failed';
      readonly message: string;
      /** Of the error behind it, where there is one: `EADDRINUSE`. */
      readonly code?: string | undefined;
    };

/** What the supervisor hears from the primary besides: it has been asked to stop, and nobody is to start it again. */
export interface StoppingMessage {
  readonly type: 'stopping';
}

/** Before the start is complete, and after each reload. */
export interface SettingsMessage {
  readonly type: 'settings';
  readonly shutdownTimeoutMs: number;
  readonly workerTimeoutMs: number;
  /** Of the content of its config file. */
  readonly fingerprint: string;
}

/** At a reload, before the config is put into use: it may take long, and the file may change meanwhile. */
export interface ReadMessage {
  readonly type: 'read';
  /** Of the content of its config file. */
  readonly fingerprint: string;
}

/** Once a second, from before it reads its config: it does not hang. */
export interface AliveMessage {
  readonly type: 'alive';
}

/** From the supervisor to the primary, where it may not send the signal itself. */
export interface SignalMessage {
  readonly type: 'signal';
  readonly signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP';
}

/** A primary that is started again asks for the content of the config file that was in use before. */
export interface AsksConfigMessage {
  readonly type: 'asksConfig';
}

/** The answer. Without `text` nothing was kept. */
export interface LastConfigMessage {
  readonly type: 'lastConfig';
  readonly text?: string | undefined;
}

/** All that the supervisor hears from the primary. */
export type FromPrimary =
  | DaemonMessage
  | StoppingMessage
  | SettingsMessage
  | ReadMessage
  | AliveMessage
  | AsksConfigMessage;

const LONGEST_TEXT = 1_000_000;
const MOST_NAMES = 1_000_000;

const areModes = isListOf(isTupleOf(isText(512), isOneOf('draining', 'disabled')), MOST_TARGETS);

/** What is wrong with a message, or `undefined`. */
export const daemonMessageFault = faultFinder<FromPrimary>({
  started: {
    index: isOptional(isCount),
    port: isCount,
    pid: isCount,
    modes: areModes,
    unresolved: isListOf(isText(LONGEST_TEXT), MOST_NAMES),
  },
  failed: { message: isText(LONGEST_TEXT), code: isOptional(isText(LONGEST_TEXT)) },
  stopping: {},
  settings: { shutdownTimeoutMs: isCount, workerTimeoutMs: isCount, fingerprint: isText(64) },
  read: { fingerprint: isText(64) },
  alive: {},
  asksConfig: {},
});

/** What is wrong with a message of the supervisor, or `undefined`. */
export const signalMessageFault = faultFinder<SignalMessage>({
  signal: { signal: isOneOf('SIGTERM', 'SIGINT', 'SIGHUP') },
});
export const lastConfigFault = faultFinder<LastConfigMessage>({ lastConfig: { text: isOptional(isText(MOST_BYTES)) } });

/**
 * Tells the process that started this one, if it still listens.
 * @param onSent called once the message is on its way
 */
export function report(message: FromPrimary, onSent: () => void = () => {}): void {
  // It may end meanwhile; there is nobody to tell then.
  if (process.connected) process.send?.(message, undefined, undefined, onSent);
}

/** @param version of the supervisor @throws {BalancerError} `UPGRADED` when this process has another one */
export function refuseOtherVersion(version: string | undefined): void {
  if (version === `${DAEMON_PROTOCOL_VERSION}`) return;
  throw new BalancerError(
    `The package was upgraded on disk: start the balancer again. Its supervisor, pid ${process.ppid}, is of version ${version}, and its new primary of version ${DAEMON_PROTOCOL_VERSION}.`,
    { code: 'UPGRADED' },
  );
}
