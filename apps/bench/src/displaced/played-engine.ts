// An engine without sockets: clients are put in by hand, and targets answer or fail as they are told. All else is the real thing.
import {
  type Acceptor,
  ConnectError,
  type Dial,
  type DialDone,
  type Downstream,
  type Endpoint,
  type Engine,
  type Relay,
  type RelayDeadlines,
  type RelayObserver,
  type RelayReport,
  type Upstream,
} from '@lb/net';

export class PlayedEngine implements Engine {
  readonly name = 'played';
  readonly isTransparent = false;
  /** The port of the target that refuses. */
  refusing: number | undefined;
  readonly #open: RelayObserver[] = [];
  #onConnection: ((downstream: Downstream) => void) | undefined;

  async listen(_at: unknown, onConnection: (downstream: Downstream) => void): Promise<Acceptor> {
    this.#onConnection = onConnection;
    return { port: 0, pause() {}, resume() {}, close: async () => {} };
  }

  /** A client comes in. */
  accept(remoteAddress: string): void {
    this.#onConnection?.(new PlayedDownstream(remoteAddress, this.#open));
  }

  /** All clients leave. */
  closeAll(): void {
    for (const observer of this.#open.splice(0)) {
      observer.ending();
      observer.closed(NOTHING_MOVED);
    }
  }

  dial(endpoint: Endpoint, _timeout: number, done: DialDone): Dial {
    let isCancelled = false;
    const refuses = 'port' in endpoint && endpoint.port === this.refusing;
    setImmediate(() => {
      if (isCancelled) return;
      if (refuses) done(new ConnectError('ECONNREFUSED', endpoint));
      else done({ close() {} });
    });
    return {
      cancel() {
        isCancelled = true;
      },
    };
  }

  yieldToNode(): void {}

  whenCaughtUp(then: () => void): void {
    setImmediate(then);
  }
}

const NOTHING_MOVED: RelayReport = { bytesToTarget: 0, bytesToClient: 0, endedBy: 'client', ending: 'fin' };

class PlayedDownstream implements Downstream {
  readonly remoteAddress: string;
  onGone: (() => void) | undefined;
  readonly #open: RelayObserver[];

  constructor(remoteAddress: string, open: RelayObserver[]) {
    this.#open = open;
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

  relay(_upstream: Upstream, _deadlines: RelayDeadlines, observer: RelayObserver): Relay {
    this.#open.push(observer);
    return { close() {}, reset() {} };
  }

  setKeepAlive(): void {}

  setNoDelay(): void {}

  silence(): number {
    return 0;
  }

  close(): void {}

  reset(): void {}
}
