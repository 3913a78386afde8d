// The body of a request to the control socket, bounded.
import type { IncomingMessage } from 'node:http';
import { RequestError } from './failure.ts';

const MOST_KIB = 64;

/** @throws {RequestError} when it is too long; the rest of it is read and dropped, so that the answer arrives */
export function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= MOST_KIB * 1024) return void parts.push(part);
      parts = [];
      reject(new RequestError(413, 'BODY_TOO_LARGE', `The body is longer than ${MOST_KIB} KiB. Send less.`));
    });
    request.on('end', () => resolve(Buffer.concat(parts).toString()));
    request.on('error', reject);
  });
}

export interface TargetRequest {
  readonly target: string;
  /** Whether it may be the last one that takes clients. */
  readonly isForced: boolean;
}

/** The target that a body names. @throws {RequestError} when it names none */
export function targetIn(body: string): TargetRequest {
  const shape = 'Send {"target": "10.0.0.1:8000"}.';
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new RequestError(400, 'INVALID_JSON', `The body is not JSON. ${shape}`);
  }
  const { target, force = false } = Object(value) as { target?: unknown; force?: unknown };
  if (typeof target !== 'string' || target === '') {
    throw new RequestError(400, 'MISSING_TARGET', `The body names no target. ${shape}`);
  }
  if (typeof force !== 'boolean')
    throw new RequestError(400, 'INVALID_FORCE', 'The field "force" takes true or false.');
  return { target, isForced: force };
}
