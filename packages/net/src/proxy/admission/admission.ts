// Whether a client may come in: the header of a trusted proxy, the config's lists, the limits, the middleware, in this order and
// within `admitTimeout`. A client that is blocked is ended with FIN, one over a limit with RST. Nothing of what it sends is read.
import { type Admit, type ConnectionControl, type ConnectionInfo, clientKey } from '@lb/core';
import { setLongTimeout } from '../../base/long-timers.ts';
import type { Downstream, Engine } from '../../engine/engine.ts';
import type { SplitOptions } from '../../options/index.ts';
import type { ConnectionNews } from '../events/connection-news.ts';
import type { ClientLimits, ClientShare } from '../limits/client-limits.ts';
import type { ClientLists } from './client-lists.ts';
import type { HeaderOutcome, HeaderReading } from './header-reading.ts';
import { announced, type TrustedProxies } from './proxied-client.ts';

/** What an admitted client holds until its connection ends. */
export type Share = ClientShare | undefined;

/** Whether a client may come in, or how it is to be ended. */
export type Verdict = 'admit' | 'close' | 'reset';

/**
 * How often a client over its limit of connections is looked at again before it is reset, and the ms before each look. One that
 * closes last and is back at once may be accepted by a worker before its end has reached the worker that it was with.
 */
const LOOKS = 2;
const LOOK_AGAIN = 20;

export interface AdmissionContext {
  readonly engine: Engine;
  readonly options: SplitOptions;
  readonly news: ConnectionNews;
  /** Whose headers are believed. Absent where nobody's are. */
  readonly proxies: TrustedProxies | undefined;
  /** Absent where all may come in. */
  readonly lists: ClientLists | undefined;
  /** Absent where each client may have as much as it likes. */
  readonly limits: ClientLimits | undefined;
  /** Absent when there is nobody to ask. */
  readonly admit: Admit | undefined;
}

export class Admission {
  readonly #context: AdmissionContext;
  readonly #downstream: Downstream;
  readonly #control: ConnectionControl;
  readonly #done: (verdict: Verdict, share?: Share) => void;
  /** What a proxy has said of the client. */
  #announced: ConnectionInfo | undefined;
  #header: HeaderReading | undefined;
  #tlvs: Uint8Array | undefined;
  #awaited: 'header' | 'middleware' = 'header';
  #timer: NodeJS.Timeout | undefined;
  #lookAgain: NodeJS.Timeout | undefined;
  #share: Share;
  #isOver = false;

  /**
   * @param control what the middleware can do with the connection
   * @param done called once, unless the admission is cancelled
   */
  constructor(
    context: AdmissionContext,
    downstream: Downstream,
    control: ConnectionControl,
    done: (verdict: Verdict, share?: Share) => void,
  ) {
    this.#context = context;
    this.#downstream = downstream;
    this.#control = control;
    this.#done = done;
  }

  /** Whether there is anything to find out. */
  static isNeeded({ proxies, lists, limits, admit }: AdmissionContext): boolean {
    return (proxies ?? lists ?? limits ?? admit) !== undefined;
  }

  get clientAddress(): string {
    return this.#announced?.remoteAddress ?? this.#downstream.remoteAddress;
  }

  describe(): ConnectionInfo {
    return this.#announced ?? this.#downstream.describe();
  }

  /** Of the header that was received, where they are to be passed on. */
  get tlvs(): Uint8Array | undefined {
    return this.#tlvs;
  }

  begin(): void {
    const { proxies } = this.#context;
    if (!proxies?.has(this.#downstream.remoteAddress)) return this.#ask();
    this.#await('header');
    this.#header = proxies.headerOf(this.#downstream, this.#headerRead);
    this.#header.begin();
  }

  readonly #headerRead = (outcome: HeaderOutcome): void => {
    const { news } = this.#context;
    switch (outcome.kind) {
      case 'probe':
        news.probed();
        return this.#end('close');
      case 'malformed':
        news.malformed(this.#downstream.remoteAddress, outcome.reason);
        return this.#end('close');
      case 'header':
        this.#announced = announced(this.#downstream.describe(), outcome.header);
        this.#tlvs = outcome.tlvs;
        return this.#ask();
      case 'direct':
        return this.#ask();
    }
  };

  /** The client has reset. */
  gone(): void {
    if (this.#header?.isProbe) this.#context.news.probed();
    this.cancel();
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#header?.cancel();
    clearTimeout(this.#timer);
    clearTimeout(this.#lookAgain);
    this.#share?.release();
  }

  #ask(): void {
    const { lists, news } = this.#context;
    if (lists?.deniedBy(this.clientAddress)) {
      news.denied();
      return this.#end('close');
    }
    this.#takeShare(LOOKS);
  }

  /** @param looks how often it may be looked at again */
  #takeShare(looks: number): void {
    const { limits, options, news } = this.#context;
    const share = limits?.take(clientKey(this.clientAddress, options.process.clientKey), Date.now());
    if (share === 'connections' && looks > 0) {
      this.#lookAgain = setTimeout(() => this.#takeShare(looks - 1), LOOK_AGAIN);
      return;
    }
    if (typeof share === 'string') {
      news.exceeded(share);
      return this.#end('reset');
    }
    this.#share = share;
    this.#askMiddleware();
  }

  #askMiddleware(): void {
    const { admit, engine } = this.#context;
    if (!admit) return this.#end('admit');
    admit(this.describe(), this.#answered, this.#control);
    engine.yieldToNode(); // middleware may be asynchronous
    if (!this.#isOver) this.#await('middleware');
  }

  readonly #answered = (blocked: string | undefined, failure?: string): void => {
    if (this.#isOver) return;
    this.#context.news.answered(blocked !== undefined, failure);
    this.#end(blocked === undefined ? 'admit' : 'close');
  };

  /** Header and middleware have `admitTimeout` together. */
  #await(awaited: 'header' | 'middleware'): void {
    const { news, options, engine } = this.#context;
    this.#awaited = awaited;
    const expired = (): void => {
      if (this.#isOver) return;
      news.unanswered(this.#awaited, options.listener.admitTimeout);
      this.#end('close');
    };
    this.#timer ??= setLongTimeout(() => engine.whenCaughtUp(expired), options.listener.admitTimeout);
  }

  #end(verdict: Verdict): void {
    const share = this.#share;
    if (verdict === 'admit') this.#share = undefined; // it is the connection's now
    this.cancel();
    this.#done(verdict, share);
  }
}
