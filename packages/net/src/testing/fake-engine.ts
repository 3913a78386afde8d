// An engine without sockets, for tests: each dial waits until the test answers it.
import type { ConnectionInfo } from '@lb/core/internal';
import { type Endpoint, endpointText } from '../base/endpoint.ts';
import { ConnectError } from '../engine/connect-error.ts';
import type {
  Dial,
  DialDone,
  Downstream,
  Engine,
  HeadLook,
  Relay,
  RelayDeadlines,
  RelayObserver,
  RelayReport,
  Upstream,
} from '../engine/engine.ts';

export class FakeDial implements Dial {
  readonly to: string;
  readonly timeout: number;
  readonly #endpoint: Endpoint;
  readonly #log: string[];
  readonly #done: DialDone;

  constructor(log: string[], endpoint: Endpoint, timeout: number, done: DialDone) {
    this.to = endpointText(endpoint);
    this.timeout = timeout;
    this.#endpoint = endpoint;
    this.#log = log;
    this.#done = done;
  }

  cancel(): void {
    this.#log.push(`cancel ${this.to}`);
  }

  succeed(): void {
    this.#done({ close: () => this.#log.push(`close ${this.to}`) });
  }

  fail(code: string): void {
    this.#done(new ConnectError(code, this.#endpoint));
  }
}

export class FakeEngine implements Engine {
  readonly name = 'fake';
  readonly isTransparent = true;
  /** All that it was asked to do, in order. */
  readonly log: string[];
  readonly dials: FakeDial[] = [];
  /** Of the connection that was relayed last. */
  observer: RelayObserver | undefined;

  constructor(log: string[] = []) {
    this.log = log;
  }

  /** The dial that waits for its answer. */
  get dialling(): FakeDial {
    const last = this.dials.at(-1);
    if (!last) throw new Error('Nothing is dialled.');
    return last;
  }

  listen: Engine['listen'] = () => {
    throw new Error('This engine has no sockets.');
  };

  dial(endpoint: Endpoint, timeout: number, done: DialDone, source?: string): Dial {
    const dial = new FakeDial(this.log, endpoint, timeout, done);
    this.log.push(source === undefined ? `dial ${dial.to}` : `dial ${dial.to} from ${source}`);
    this.dials.push(dial);
    return dial;
  }

  yieldToNode(): void {}

  whenCaughtUp(then: () => void): void {
    then();
  }
}

/** What a relay reports that did not move a byte. */
export const NOTHING_MOVED: RelayReport = { bytesToTarget: 0, bytesToClient: 0, endedBy: 'client', ending: 'fin' };

export class FakeDownstream implements Downstream {
  readonly remoteAddress: string;
  onGone: (() => void) | undefined;
  readonly #engine: FakeEngine;
  readonly #log: string[];
  #look: HeadLook | undefined;
  #seen: Buffer = Buffer.alloc(0);
  #hasEnded = false;

  constructor(engine: FakeEngine, remoteAddress = '192.0.2.1') {
    this.#engine = engine;
    this.#log = engine.log;
    this.remoteAddress = remoteAddress;
  }

  describe(): ConnectionInfo {
    return {
      remoteAddress: this.remoteAddress,
      remotePort: 50_000,
      remoteFamily: 'IPv4',
      localAddress: '192.0.2.100',
      localPort: 80,
      clientAddress: this.remoteAddress,
    };
  }

  takeHead(look: HeadLook): void {
    this.#look = look;
    if (this.#seen.length > 0) this.sends(this.#seen);
  }

  leaveHead(): boolean {
    if (!this.#look || this.#hasEnded || this.#seen.length > 0) return false;
    this.#look = undefined;
    return true;
  }

  relay(_upstream: Upstream, _deadlines: RelayDeadlines, observer: RelayObserver, head?: Buffer): Relay {
    this.#log.push(head ? `relay ${head.length} bytes first` : 'relay');
    this.#engine.observer = observer;
    return { close: () => this.#log.push('close relay'), reset: () => this.#log.push('reset relay') };
  }

  setKeepAlive(isOn: boolean, idle?: number): void {
    this.#log.push(`keep-alive ${isOn} ${idle}`);
  }

  setNoDelay(isOn: boolean): void {
    this.#log.push(`no delay ${isOn}`);
  }

  silence(): number {
    return 0;
  }

  /** The client has sent all this by now. */
  sends(seen: Buffer, isAll = false): void {
    this.#seen = seen;
    this.#hasEnded ||= isAll;
    const look = this.#look;
    const length = look?.look(seen, isAll);
    if (!look || length === undefined) return;
    this.#look = undefined;
    this.#log.push(`take ${length}`);
    look.looked();
  }

  close(): void {
    this.onGone = undefined;
    this.#log.push('close client');
  }

  reset(): void {
    this.onGone = undefined;
    this.#log.push('reset client');
  }
}
