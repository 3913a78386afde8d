// An engine without sockets: clients are put in by hand, and targets answer or fail as they are told. All else is the real thing.
import {
  ConnectError,
  type Dial,
  type Downstream,
  type Endpoint,
  type Engine,
  type Listener,
  type Relay,
  type RelayDeadlines,
  type RelayObserver,
  type Upstream,
} from '@lb/net';

export class PlayedEngine implements Engine {
  readonly name = 'streams';
  readonly isTransparent = false;
  /** The port of the target that refuses. */
  refusing: number | undefined;
  readonly #open: RelayObserver[] = [];
  #onConnection: ((downstream: Downstream) => void) | undefined;

  async listen(_at: unknown, onConnection: (downstream: Downstream) => void): Promise<Listener> {
    this.#onConnection = onConnection;
    return { port: 0, close: async () => {} };
  }

  /** A client comes in. */
  accept(remoteAddress: string): void {
    this.#onConnection?.(new PlayedDownstream(remoteAddress));
  }

  /** All clients leave. */
  closeAll(): void {
    for (const observer of this.#open.splice(0)) {
      observer.ending();
      observer.closed();
    }
  }

  dial(
    endpoint: Endpoint,
    _timeout: number,
    done: (error: ConnectError | undefined, upstream?: Upstream) => void,
  ): Dial {
    let isCancelled = false;
    const refuses = 'port' in endpoint && endpoint.port === this.refusing;
    setImmediate(() => {
      if (isCancelled) return;
      if (refuses) done(new ConnectError('ECONNREFUSED', endpoint));
      else done(undefined, { close() {} });
    });
    return {
      cancel() {
        isCancelled = true;
      },
    };
  }

  relay(_downstream: Downstream, _upstream: Upstream, _deadlines: RelayDeadlines, observer: RelayObserver): Relay {
    this.#open.push(observer);
    return { close() {}, reset() {} };
  }

  yieldToNode(): void {}

  whenCaughtUp(then: () => void): void {
    setImmediate(then);
  }
}

class PlayedDownstream implements Downstream {
  readonly remoteAddress: string;
  onGone: (() => void) | undefined;

  constructor(remoteAddress: string) {
    this.remoteAddress = remoteAddress;
  }

  describe(): never {
    throw new Error('There is no middleware to describe a client to.');
  }

  takeHead(): never {
    throw new Error('There is no proxy to wait for.');
  }

  leaveHead(): never {
    throw new Error('There is no proxy to wait for.');
  }

  setKeepAlive(): void {}

  setNoDelay(): void {}

  silence(): number {
    return 0;
  }

  close(): void {}

  reset(): void {}
}
