// The errors this package throws. What middleware itself throws is passed on as it is, not wrapped in one of these.
import { BalancerError } from '@lb/core';

export type MiddlewareErrorCode =
  | 'MIDDLEWARE_TYPE_UNKNOWN'
  | 'MIDDLEWARE_NOT_A_FUNCTION'
  | 'ADDRESS_LIST_INVALID'
  | 'SOCKET_IS_NO_STREAM'
  | 'PROPERTY_READ_ONLY'
  | 'PROPERTY_GONE'
  | 'TARGETS_REFUSED';

export type ControllerErrorCode =
  | 'CONTROLLER_NOT_FOUND'
  | 'CONTROLLER_UNREADABLE'
  | 'CONTROLLER_TYPESCRIPT_UNSUPPORTED'
  | 'CONTROLLER_FAILED'
  | 'CONTROLLER_WITHOUT_RUN'
  | 'CONTROLLER_RUN_FAILED';

/** A controller, its middleware or a ready-made list asks for what can't be had. Only SOCKET_IS_NO_STREAM is thrown for a connection. */
export class MiddlewareError extends BalancerError {
  override readonly name = 'MiddlewareError';
  declare readonly code: MiddlewareErrorCode;

  constructor(code: MiddlewareErrorCode, message: string, options?: ErrorOptions) {
    super(message, { code, cause: options?.cause });
  }
}

/** A controller script could not be loaded, or its `run` failed. `cause` is the error behind it, where there is one. */
export class ControllerError extends BalancerError {
  override readonly name = 'ControllerError';
  declare readonly code: ControllerErrorCode;
  /** The absolute path of the script, as far as it is known. */
  readonly file: string;

  constructor(code: ControllerErrorCode, file: string, message: string, options?: ErrorOptions) {
    super(message, { code, cause: options?.cause });
    this.file = file;
  }
}
