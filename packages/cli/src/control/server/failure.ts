// What is answered in place of what was asked for: below 500 where whoever asked can do something about it.
import type { OutgoingHttpHeaders } from 'node:http';
import { BalancerError, type ErrorCode } from '@lb/core';
import type { ErrorDocument } from '../protocol.ts';

const UNAVAILABLE = 503;

/** A request that can't be met as it is. */
export class RequestError extends BalancerError {
  override readonly name = 'RequestError';
  readonly status: number;
  /** To go with the answer. */
  readonly headers: OutgoingHttpHeaders;

  constructor(status: number, code: ErrorCode, message: string, headers: OutgoingHttpHeaders = {}) {
    super(message, { code, retryable: status === UNAVAILABLE });
    this.status = status;
    this.headers = headers;
  }
}

const STATUS: ReadonlyMap<string, number> = new Map([
  ['INVALID_ADDRESS', 400],
  ['INVALID_TARGET', 400],
  ['UNKNOWN_TARGET', 404],
  ['INVALID_CONFIG', 422],
  ['UNREADABLE_CONFIG', 422],
  ['CONTROLLER_NOT_FOUND', 422],
  ['CONTROLLER_UNREADABLE', 422],
  ['CONTROLLER_TYPESCRIPT_UNSUPPORTED', 422],
]);

/** The HTTP status of an error. */
export function statusOf(error: unknown): number {
  if (error instanceof RequestError) return error.status;
  const known = STATUS.get(codeOf(error));
  if (known !== undefined) return known;
  // A balancer's own refusal: what was asked for does not go with what runs.
  if (error instanceof BalancerError) return error.retryable ? 503 : 409;
  return 500;
}

export function errorDocument(error: unknown): ErrorDocument {
  const message = error instanceof Error ? error.message : String(error);
  return { version: 1, code: codeOf(error), error: message };
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'INTERNAL';
}
