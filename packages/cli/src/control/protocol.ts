// What is said over the control socket: HTTP with JSON, in version 1. Units stand in the fields' names.
import type { PrimaryStatus } from '@lb/net';

export const STATUS_PATH = '/v1/status';
export const STOP_PATH = '/v1/stop';

/** GET /v1/status, and what `status --json` prints. */
export interface StatusDocument extends PrimaryStatus {
  readonly version: 1;
  /** The number that commands name this balancer by. */
  readonly index: number;
  readonly release: string;
  readonly configPath: string;
  /** Absent when it logs to where its standard output goes. */
  readonly logPath?: string | undefined;
  /** The process that starts the primary again, under `start`. */
  readonly supervisorPid?: number | undefined;
  readonly shutdownTimeoutMs: number;
}

/** The processes of a balancer, as far as it knows them. */
export function pidsOf({ supervisorPid, pid, workers }: StatusDocument): number[] {
  return [supervisorPid, pid, ...workers.map((worker) => worker.pid)].filter((one) => one !== undefined);
}

/** The answer to POST /v1/stop: the processes that end now. */
export interface StopDocument {
  readonly version: 1;
  readonly pids: readonly number[];
}
