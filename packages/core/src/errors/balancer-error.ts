// The one base class of all errors of the project.
import { ERROR_CODES, type ErrorCode, type ErrorSource } from './error-codes.ts';

export interface BalancerErrorOptions {
  readonly code: ErrorCode;
  /** @default the one that goes with the code; `internal` for the system's codes */
  readonly source?: ErrorSource;
  /** Whether the same call may succeed later. @default false */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** Its message says what happened, to what, and what to do. */
export class BalancerError extends Error {
  override readonly name: string = 'BalancerError';
  /** One of `ERROR_CODES`, or the system's name (`EADDRINUSE`) if the system failed. */
  readonly code: ErrorCode;
  readonly source: ErrorSource;
  readonly retryable: boolean;

  constructor(message: string, { code, source, retryable = false, cause }: BalancerErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.source = source ?? ERROR_CODES.get(code)?.source ?? 'internal';
    this.retryable = retryable;
  }
}

/** The `code` of whatever was thrown, or `UNKNOWN`. */
export function errorCode(error: unknown): ErrorCode {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? (code as ErrorCode) : 'UNKNOWN';
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
