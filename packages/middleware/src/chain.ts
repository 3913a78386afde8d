// Runs middleware in order for each new connection. It keeps no deadline: the connection has one.
import type { Admit, AdmitDone, ConnectionInfo } from '@lb/core';
import type { ConnectionMiddleware } from './connection-middleware.ts';
import { reasonText, toError, warn } from './reason.ts';

export interface AdmitOptions {
  /** Called in this order. What is added to the list later is called as well. Empty: every connection is admitted. */
  readonly middleware: readonly ConnectionMiddleware[];
  /** Told of each connection that middleware blocked with `next(reason)`. @default nobody is told */
  readonly onBlocked?: (reason: unknown, connection: ConnectionInfo) => void;
  /** Told once of whatever middleware throws or rejects with, before or after its answer. @default a process warning */
  readonly onError?: (error: Error, connection: ConnectionInfo) => void;
}

/**
 * Makes the function that asks the middleware about a connection. With no middleware it answers at once and allocates
 * nothing; with middleware that answers at once it makes no promise. Middleware that never answers leaves the
 * connection waiting, until whoever asked gives up (`admitTimeout`).
 */
export function createAdmit(options: AdmitOptions): Admit {
  const { middleware } = options;
  return function admit(connection, done) {
    if (middleware.length === 0) done(undefined);
    else new Passage(options, connection, done).advance();
  };
}

/** The way of one connection through the chain. */
class Passage {
  readonly #options: AdmitOptions;
  readonly #connection: ConnectionInfo;
  readonly #done: AdmitDone;
  #position = -1;
  #answered = true;
  #ended = false;
  #advancing = false;

  constructor(options: AdmitOptions, connection: ConnectionInfo, done: AdmitDone) {
    this.#options = options;
    this.#connection = connection;
    this.#done = done;
  }

  /** A loop, not a call from each `next` to the following middleware: a long chain must not exhaust the stack. */
  advance(): void {
    const { middleware } = this.#options;
    this.#advancing = true;
    while (this.#answered && !this.#ended) {
      this.#position += 1;
      const current = middleware[this.#position];
      if (current) this.#call(current, this.#position);
      else this.#end(undefined);
    }
    this.#advancing = false;
  }

  #call(middleware: ConnectionMiddleware, position: number): void {
    this.#answered = false;
    try {
      const result = middleware(this.#connection, (reason) => this.#answer(position, reason));
      if (isThenable(result)) Promise.resolve(result).catch((thrown: unknown) => this.#fail(position, thrown));
    } catch (thrown) {
      this.#fail(position, thrown);
    }
  }

  #answer(position: number, reason: unknown): void {
    if (!this.#isAwaited(position)) return;
    this.#answered = true;
    if (reason) {
      this.#tellBlocked(reason);
      this.#end(reasonText(reason));
    } else if (!this.#advancing) {
      this.advance();
    }
  }

  #fail(position: number, thrown: unknown): void {
    this.#tellError(thrown);
    if (!this.#isAwaited(position)) return;
    this.#answered = true;
    this.#end(`Middleware failed: ${reasonText(thrown)}`);
  }

  #isAwaited(position: number): boolean {
    return position === this.#position && !this.#answered;
  }

  #end(blocked: string | undefined): void {
    this.#ended = true;
    this.#done(blocked);
  }

  // What is told may be a listener in the user's script. If it throws, the connection must still get its answer.
  #tellBlocked(reason: unknown): void {
    try {
      this.#options.onBlocked?.(reason, this.#connection);
    } catch (thrown) {
      this.#tellError(thrown);
    }
  }

  #tellError(thrown: unknown): void {
    const { onError = warn } = this.#options;
    try {
      onError(toError(thrown), this.#connection);
    } catch (failure) {
      warn(failure);
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}
