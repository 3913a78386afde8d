// Runs middleware in order for each new connection. It keeps no deadline: the connection has one.
import type { Admit, AdmitDone } from '@lb/core/internal';
import { errorLine, reasonText, toError, warn } from '../reason.ts';
import { ClientSocket } from '../socket/client-socket.ts';
import type { ConnectionMiddleware } from './connection-middleware.ts';

export interface AdmitOptions {
  /** Called in this order. What is added to the list later is called as well. Empty: every connection is admitted. */
  readonly middleware: readonly ConnectionMiddleware[];
  /** Told of each connection that middleware blocked with `next(reason)`. @default nobody is told */
  readonly onBlocked?: (reason: unknown, socket: ClientSocket) => void;
  /**
   * Told once of whatever middleware or a listener on its socket throws or rejects with, before or after the answer.
   * @default a process warning
   */
  readonly onError?: (error: Error, socket: ClientSocket, hasBlocked: boolean) => void;
}

/**
 * Makes the function that asks the middleware about a connection. With no middleware it answers at once and allocates
 * nothing; with middleware that answers at once it makes no promise. Middleware that never answers leaves the
 * connection waiting, until whoever asked gives up (`admitTimeout`).
 */
export function createAdmit(options: AdmitOptions): Admit {
  const { middleware } = options;
  return function admit(connection, done, control) {
    if (middleware.length === 0) return done(undefined);
    const socket = new ClientSocket(connection, control, (thrown) => tellError(options, thrown, socket, false));
    new Passage(options, socket, done).advance();
  };
}

/** The way of one connection through the chain. */
class Passage {
  readonly #options: AdmitOptions;
  readonly #socket: ClientSocket;
  readonly #done: AdmitDone;
  #position = -1;
  #answered = true;
  #ended = false;
  #advancing = false;

  constructor(options: AdmitOptions, socket: ClientSocket, done: AdmitDone) {
    this.#options = options;
    this.#socket = socket;
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
      const result = middleware(this.#socket, (reason) => this.#answer(position, reason));
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
    const isAwaited = this.#isAwaited(position);
    tellError(this.#options, thrown, this.#socket, isAwaited);
    if (!isAwaited) return;
    this.#answered = true;
    this.#decided();
    this.#done(`Middleware failed: ${reasonText(thrown)}`, errorLine(thrown));
  }

  #isAwaited(position: number): boolean {
    return position === this.#position && !this.#answered;
  }

  #end(blocked: string | undefined): void {
    this.#decided();
    this.#done(blocked);
  }

  #decided(): void {
    this.#ended = true;
    ClientSocket.decided(this.#socket);
  }

  // What is told may be a listener in the user's script. If it throws, the connection must still get its answer.
  #tellBlocked(reason: unknown): void {
    try {
      this.#options.onBlocked?.(reason, this.#socket);
    } catch (thrown) {
      tellError(this.#options, thrown, this.#socket, false);
    }
  }
}

function tellError({ onError = warn }: AdmitOptions, thrown: unknown, socket: ClientSocket, hasBlocked: boolean): void {
  try {
    onError(toError(thrown), socket, hasBlocked);
  } catch (failure) {
    warn(failure);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}
