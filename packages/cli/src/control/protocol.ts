// What is said over the control socket: HTTP with JSON, in version 1. Units stand in the fields' names.
import type { ModeAnswer, PrimaryStatus, ReloadAnswer, SessionAnswer } from '@lb/net';

export const STATUS_PATH = '/v1/status';
export const TARGETS_PATH = '/v1/targets';
export const SESSIONS_PATH = '/v1/sessions';
export const RELOAD_PATH = '/v1/reload';
export const STOP_PATH = '/v1/stop';

/** Each takes the JSON body `{"target": "10.0.0.1:8000"}`, with `"force": true` also for the last target that takes clients. */
export const MODE_PATHS = { enabled: '/v1/enable', draining: '/v1/drain', disabled: '/v1/disable' } as const;

/** What a target can be told to be. */
export type SettableMode = keyof typeof MODE_PATHS;

const PATIENCE = 5_000;
/** Workers are replaced one after the other, and each may load a controller first. */
const RELOAD_PATIENCE = 60_000;

/** ms that a balancer may take to answer on a path; what takes longer goes on, and the asker is told so. */
export function patienceOf(path: string): number {
  return path === RELOAD_PATH ? RELOAD_PATIENCE : PATIENCE;
}

interface Document {
  readonly version: 1;
  /** The number that commands name this balancer by. */
  readonly index: number;
}

/** GET /v1/status, and what `status --json` prints of each balancer. */
export interface StatusDocument extends PrimaryStatus, Document {
  readonly release: string;
  readonly configPath: string;
  /** Absent when it logs to where its standard output goes. */
  readonly logPath?: string | undefined;
  /** The process that starts the primary again, under `start`. */
  readonly supervisorPid?: number | undefined;
  /** In which the pids are those of its processes; another text in another container. Empty where the system has none. */
  readonly pidNamespace: string;
  readonly shutdownTimeoutMs: number;
}

/** The processes of a balancer, as far as it knows them. */
export function pidsOf({ supervisorPid, pid, workers }: StatusDocument): number[] {
  return [supervisorPid, pid, ...workers.map((worker) => worker.pid)].filter((one) => one !== undefined);
}

/** GET /v1/targets, and what `targets --json` prints. */
export interface TargetsDocument extends Document, Pick<PrimaryStatus, 'epoch' | 'targets'> {}

/** GET /v1/sessions?client=ADDRESS, and what `sessions --json` prints. */
export interface SessionDocument extends Document, SessionAnswer {}

/** POST /v1/reload, and what `reload --json` prints. */
export interface ReloadDocument extends Document, ReloadAnswer {
  readonly configPath: string;
  /** Plain sentences about what works in the config, but is not as plain as it could be. */
  readonly notices: readonly string[];
}

/** POST /v1/drain, /v1/enable and /v1/disable, and what these commands print with `--json`. */
export interface ModeDocument extends Document, ModeAnswer {}

/** The answer to POST /v1/stop: the processes that end now. */
export interface StopDocument {
  readonly version: 1;
  readonly pids: readonly number[];
}

/** The answer to whatever fails. */
export interface ErrorDocument {
  readonly version: 1;
  /** For programs. */
  readonly code: string;
  /** For people: what happened, and what to do. */
  readonly error: string;
}
