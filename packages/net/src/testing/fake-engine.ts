// An engine without sockets, for tests: each dial waits until the test answers it.
import type { ConnectionInfo } from '@lb/core';
import {
  ConnectError,
  type Dial,
  type Downstream,
  type Endpoint,
  type Engine,
  endpointText,
  type HeadLook,
  type Relay,
  type RelayObserver,
  type Upstream,
} from '../engine/engine.ts';

type Done = (error: ConnectError | undefined, upstream?: Upstream) => void;

export class FakeDial implements Dial {
  readonly to: string;
  readonly timeout: number;
  readonly #endpoint: Endpoint;
  readonly #log: string[];
  readonly #done: Done;

  constructor(log: string[], endpoint: Endpoint, timeout: number, done: Done) {
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
    this.#done(undefined, { close: () => this.#log.push(`close ${this.to}`) });
  }

  fail(code: string): void {
    this.#done(new ConnectError(code, this.#endpoint));
  }
}

export class FakeEngine implements Engine {
  readonly name = 'streams';
  readonly isTransparent = true;
  /** All that it was asked to do, in order. */
  readonly log: string[];
  readonly dials: FakeDial[] = [];
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

  listen(): Promise<never> {
    throw new Error('This engine has no sockets.');
  }

  dial(endpoint: Endpoint, timeout: number, done: Done, source?: string): Dial {
    const dial = new FakeDial(this.log, endpoint, timeout, done);
    this.log.push(source === undefined ? `dial ${dial.to}` : `dial ${dial.to} from ${source}`);
    this.dials.push(dial);
    return dial;
  }

  relay(
    _downstream: Downstream,
    _upstream: Upstream,
    _deadlines: unknown,
    observer: RelayObserver,
    head?: Buffer,
  ): Relay {
    this.log.push(head ? `relay ${head.length} bytes first` : 'relay');
    this.observer = observer;
    return { close: () => this.log.push('close relay'), reset: () => this.log.push('reset relay') };
  }

  yieldToNode(): void {}

  whenCaughtUp(then: () => void): void {
    then();
  }
}

export class FakeDownstream implements Downstream {
  readonly remoteAddress: string;
  onGone: (() => void) | undefined;
  readonly #log: string[];
  #look: ((seen: Buffer, isAll: boolean) => void) | undefined;
  #hasSent = false;

  constructor(log: string[], remoteAddress = '192.0.2.1') {
    this.#log = log;
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

  takeHead(look: HeadLook, done: () => void): void {
    this.#look = (seen, isAll) => {
      const length = look(seen, isAll);
      if (length !== undefined) this.#log.push(`take ${length}`);
      if (length !== undefined) done();
    };
  }

  leaveHead(): boolean {
    if (!this.#look || this.#hasSent) return false;
    this.#look = undefined;
    return true;
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
    this.#hasSent ||= isAll || seen.length > 0;
    this.#look?.(seen, isAll);
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
