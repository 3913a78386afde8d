// The errors of this package. Each says what happened to what, on which side, and whether the same call may go well later.

export type ErrorSource = 'downstream' | 'upstream' | 'internal';

export interface BalancerErrorOptions {
  readonly code: string;
  readonly source: ErrorSource;
  /** Whether the same thing may succeed when it is tried again. */
  readonly retry?: boolean;
  readonly cause?: unknown;
}

export class BalancerError extends Error {
  override readonly name: string = 'BalancerError';
  /** The system's name (`EADDRINUSE`) where the system failed, else one of this project's own. */
  readonly code: string;
  readonly source: ErrorSource;
  readonly retry: boolean;

  constructor(message: string, options: BalancerErrorOptions) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.source = options.source;
    this.retry = options.retry ?? false;
  }
}

/** The `code` of whatever was thrown, or `UNKNOWN`. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'UNKNOWN';
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
