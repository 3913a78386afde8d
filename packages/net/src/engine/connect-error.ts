// Why an endpoint was not reached, and whose fault that is. The same from every engine.

import { BalancerError, errorCode } from '@lb/core';
import { type Endpoint, endpointText } from '../base/endpoint.ts';

/** What this machine lacks, not the target: such an error passes a candidate over and blames nobody. */
const OURS = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EADDRINUSE', 'EAGAIN']);

/** `source` is `upstream` when the target is to blame and `internal` when this machine is. */
export class ConnectError extends BalancerError {
  override readonly name = 'ConnectError';

  constructor(code: string, endpoint: Endpoint, cause?: unknown) {
    super(`${code} on connecting to ${endpointText(endpoint)}`, {
      code: errorCode({ code }),
      source: OURS.has(code) ? 'internal' : 'upstream',
      retryable: true,
      cause,
    });
  }
}
