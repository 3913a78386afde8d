// Whether a client may come in: the header of a trusted proxy, the config's lists, the limits, the middleware, in this order and
// within `admitTimeout`. Who is turned away is closed with FIN, and one over a limit with RST. Nothing of what the client sends is read.
import { type Admit, type ConnectionInfo, clientKey } from '@lb/core';
import type { ClientLists } from './client-lists.ts';
import type { ConnectionNews } from './connection-news.ts';
import type { Downstream, Engine } from './engine.ts';
import type { ClientLimits, ClientShare } from './limits/client-limits.ts';
import { setLongTimeout } from './long-timers.ts';
import type { ResolvedOptions } from './options/index.ts';
import { announced, type TrustedProxies } from './proxied-client.ts';

/** What an admitted client holds until its connection is closed. */
export type Share = ClientShare | undefined;

export interface AdmissionContext {
  readonly engine: Engine;
  readonly options: ResolvedOptions;
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
  readonly #done: (isAdmitted: boolean, share?: Share) => void;
  /** What a proxy has said of the client. */
  #announced: ConnectionInfo | undefined;
  #awaited: 'header' | 'middleware' = 'header';
  #timer: NodeJS.Timeout | undefined;
  #share: Share;
  #isOver = false;

  /** @param done called once, unless the admission is cancelled; a client that may not come in has been closed by then */
  constructor(context: AdmissionContext, downstream: Downstream, done: (isAdmitted: boolean, share?: Share) => void) {
    this.#context = context;
    this.#downstream = downstream;
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

  begin(): void {
    const { proxies } = this.#context;
    const { remoteAddress } = this.#downstream;
    if (!proxies?.has(remoteAddress)) return this.#ask();
    this.#await('header');
    proxies.readHeader(this.#downstream, ({ malformed, header }) => {
      if (this.#isOver) return;
      if (malformed !== undefined) {
        this.#context.news.malformed(remoteAddress, malformed);
        return this.#end(false);
      }
      if (header) this.#announced = announced(this.#downstream.describe(), header);
      this.#ask();
    });
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#share?.release();
  }

  #ask(): void {
    const { lists, admit, engine, news } = this.#context;
    if (lists?.refuse(this.clientAddress)) {
      news.denied();
      return this.#end(false);
    }
    if (!this.#takeShare()) return;
    if (!admit) return this.#end(true);
    admit(this.describe(), this.#answered);
    engine.yieldToNode(); // middleware may be asynchronous
    if (!this.#isOver) this.#await('middleware');
  }

  readonly #answered = (blocked: string | undefined): void => {
    if (this.#isOver) return;
    if (blocked !== undefined) this.#context.news.blocked();
    this.#end(blocked === undefined);
  };

  /** Header and middleware have `admitTimeout` together. */
  #await(awaited: 'header' | 'middleware'): void {
    const { news, options } = this.#context;
    this.#awaited = awaited;
    this.#timer ??= setLongTimeout(() => {
      news.unanswered(this.#awaited, options.admitTimeout);
      this.#end(false);
    }, options.admitTimeout);
  }

  /** One over a limit gets RST at once. */
  #takeShare(): boolean {
    const { limits, options, news } = this.#context;
    const share = limits?.take(clientKey(this.clientAddress, options.clientKey), Date.now());
    if (typeof share !== 'string') {
      this.#share = share;
      return true;
    }
    this.cancel();
    news.exceeded(share);
    this.#downstream.reset();
    this.#done(false);
    return false;
  }

  #end(isAdmitted: boolean): void {
    const share = this.#share;
    if (isAdmitted) this.#share = undefined; // it is the connection's now
    this.cancel();
    if (!isAdmitted) this.#downstream.close();
    this.#done(isAdmitted, share);
  }
}
