// What a controller's balancer object reports, in the log of its worker: why connections were blocked, and errors. A flood of them
// must not fill a disk.
import { type ClientSocket, type ControllerBalancer, MiddlewareError, reasonText } from '@lb/middleware';
import type { Log } from '@lb/net';
import { LogThrottle } from '@lb/net/internal';

/** ms between two lines of a kind. */
const LOG_INTERVAL = 1_000;

export class ControllerLog {
  readonly #log: Log;
  readonly #throttle = new LogThrottle(LOG_INTERVAL);
  /** The last list of targets that was refused, as it was logged. */
  #refused: string | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  follow(balancer: ControllerBalancer): void {
    balancer.on('notice', (reason: unknown) => this.#blocked(reason));
    // A controller may emit it, too, with whatever it likes.
    balancer.on('error', (error: unknown, socket?: Partial<ClientSocket> | null, hasBlocked?: boolean) => {
      if (error instanceof MiddlewareError && error.code === 'TARGETS_REFUSED') return this.#targetsRefused(error);
      if (socket instanceof Object) return this.#failed(error, socket.clientAddress, hasBlocked === true);
      this.#often('controller', (leftOut) =>
        this.#log.error({ err: error, leftOut }, `the controller reports an error: ${reasonText(error)}`),
      );
    });
  }

  #blocked(reason: unknown): void {
    const text = reasonText(reason);
    this.#often('blocked', (leftOut) => this.#log.info({ reason: text, leftOut }, `blocked a connection: ${text}`));
  }

  #failed(error: unknown, client: string | undefined, hasBlocked: boolean): void {
    const text = hasBlocked
      ? "blocked a connection: the controller's middleware threw"
      : 'the controller threw after its middleware had answered for a connection';
    this.#often(hasBlocked ? 'failed' : 'failed after', (leftOut) =>
      this.#log.error({ err: error, client, leftOut }, `${text}: ${reasonText(error)}`),
    );
  }

  /** Once until there is something else to say: a controller may set the same list every second. */
  #targetsRefused({ code, message }: MiddlewareError): void {
    if (message === this.#refused) return;
    this.#often('targets', (leftOut) => {
      this.#refused = message;
      this.#log.error({ code, leftOut }, message);
    });
  }

  #often(kind: string, write: (leftOut: number) => void): void {
    const leftOut = this.#throttle.pass(kind, performance.now());
    if (leftOut !== undefined) write(leftOut);
  }
}
