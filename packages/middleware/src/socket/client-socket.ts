// What middleware gets as `socket`: a client's connection with the part of `net.Socket` that can be had while its bytes stay in the
// kernel. One for each connection that middleware is asked about; it is kept only as long as somebody listens or holds it.
import { EventEmitter } from 'node:events';
import type { ConnectionControl, ConnectionInfo } from '@lb/core/internal';
import { IdleTimer } from './idle-timer.ts';
import { NOT_HELD, NOT_WRITTEN, refuse, refuseStreamEvent, refuseStreamMethods } from './no-stream.ts';

type Listener = (...args: unknown[]) => void;

/**
 * Events: `close`, once the connection is over, also after it was relayed to a target; `end` just before that; `timeout`, see
 * `setTimeout`. What reads or writes throws a `MiddlewareError` SOCKET_IS_NO_STREAM that says what to do instead.
 */
export class ClientSocket extends EventEmitter implements ConnectionInfo {
  remoteAddress: string;
  remotePort: number;
  remoteFamily: 'IPv4' | 'IPv6';
  localAddress: string;
  localPort: number;
  clientAddress: string;
  readonly #control: ConnectionControl;
  readonly #onThrown: (thrown: unknown) => void;
  #isDecided = false;
  #isWatched = false;
  #isEnding = false;
  #idleTimer: IdleTimer | undefined;
  #error: Error | undefined;

  /** @param onThrown is given what listeners throw */
  constructor(info: ConnectionInfo, control: ConnectionControl, onThrown: (thrown: unknown) => void) {
    super({ captureRejections: true });
    this.remoteAddress = info.remoteAddress;
    this.remotePort = info.remotePort;
    this.remoteFamily = info.remoteFamily;
    this.localAddress = info.localAddress;
    this.localPort = info.localPort;
    this.clientAddress = info.clientAddress;
    this.#control = control;
    this.#onThrown = onThrown;
  }

  /** For the chain: the connection has been admitted or blocked. */
  static decided(socket: ClientSocket): void {
    socket.#isDecided = true;
  }

  /** `IPv4` or `IPv6`. */
  get localFamily(): 'IPv4' | 'IPv6' {
    return this.localAddress.includes(':') ? 'IPv6' : 'IPv4';
  }

  /** Whether the connection is over. */
  get destroyed(): boolean {
    return this.#isEnding || this.#control.isOver;
  }

  get closed(): boolean {
    return this.destroyed;
  }

  get readable(): boolean {
    return !this.destroyed;
  }

  get writable(): boolean {
    return !this.destroyed;
  }

  get readyState(): 'open' | 'closed' {
    return this.destroyed ? 'closed' : 'open';
  }

  get connecting(): boolean {
    return false;
  }

  get pending(): boolean {
    return false;
  }

  /** ms as set by `setTimeout`, or `undefined`. */
  get timeout(): number | undefined {
    return this.#idleTimer?.timeout;
  }

  /** The address that the client connected to. */
  address(): { address: string; family: 'IPv4' | 'IPv6'; port: number } {
    return { address: this.localAddress, family: this.localFamily, port: this.localPort };
  }

  /**
   * Closes the connection with FIN. One that is relayed already is closed on both sides.
   * @param args as in Node, without data: the last one may be a callback, which is called at `close`
   */
  end(...args: unknown[]): this {
    const callback = args.find((arg) => typeof arg === 'function');
    if (args[0] && args[0] !== callback) refuse('end(data)', NOT_WRITTEN);
    if (callback) this.once('close', callback as () => void);
    return this.destroy();
  }

  /** As `end`. @param error given to the listeners for `error`, or reported as an error of the middleware where there are none */
  destroy(error?: Error | null): this {
    if (!this.#endsNow()) return this;
    this.#error = error ?? undefined;
    this.#control.close();
    return this;
  }

  destroySoon(): void {
    this.destroy();
  }

  /** Closes the connection with RST. */
  resetAndDestroy(): this {
    if (this.#endsNow()) this.#control.reset();
    return this;
  }

  /**
   * Whether the kernel checks that a silent client is still there.
   * @param initialDelay ms of silence before it checks, rounded up to seconds. 0: 60 s
   */
  setKeepAlive(enable = false, initialDelay = 0): this {
    this.#control.setKeepAlive(Boolean(enable), Math.ceil(initialDelay / 1_000) || undefined);
    return this;
  }

  setNoDelay(noDelay = true): this {
    this.#control.setNoDelay(Boolean(noDelay));
    return this;
  }

  /**
   * Emits `timeout` when no byte has been moved either way for `timeout` ms, and again after the next silence. The connection stays
   * open. At most a quarter of the time late.
   * @param timeout ms; 0: never
   * @param callback called at the first `timeout`
   * @throws {RangeError} when it is no number of ms
   */
  setTimeout(timeout: number, callback?: () => void): this {
    this.#idleTimer?.stop();
    this.#idleTimer = undefined;
    const ms = IdleTimer.checked(timeout);
    if (callback && ms === 0) this.off('timeout', callback);
    else if (callback) this.once('timeout', callback);
    if (ms === 0 || this.destroyed) return this;
    this.#watch();
    this.#idleTimer = new IdleTimer(ms, this.#control, () => this.#emitSafely('timeout'));
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** Nothing is read before the answer, so there is nothing to pause; afterwards it can't be. */
  pause(): this {
    if (this.#isDecided) refuse('pause()', NOT_HELD);
    return this;
  }

  resume(): this {
    if (this.#isDecided) refuse('resume()', NOT_HELD);
    return this;
  }

  // `once` goes through `on`, and `prependOnceListener` through `prependListener`.
  override on(event: string | symbol, listener: Listener): this {
    this.#listenedFor(event);
    return super.on(event, listener);
  }

  override addListener(event: string | symbol, listener: Listener): this {
    return this.on(event, listener);
  }

  override prependListener(event: string | symbol, listener: Listener): this {
    this.#listenedFor(event);
    return super.prependListener(event, listener);
  }

  #listenedFor(event: string | symbol): void {
    refuseStreamEvent(event);
    if (event === 'close' || event === 'end') this.#watch();
  }

  /** @returns whether it was not ending before. As in Node, a listener for `close` that is added in this turn is called. */
  #endsNow(): boolean {
    if (this.destroyed) return false;
    this.#watch();
    this.#isEnding = true;
    return true;
  }

  /** Asks to be called at the end of the connection. Until then nobody but the middleware holds this object. */
  #watch(): void {
    if (this.#isWatched || this.destroyed) return;
    this.#isWatched = true;
    this.#control.whenOver(() => process.nextTick(this.#over));
  }

  readonly #over = (): void => {
    this.#idleTimer?.stop();
    const error = this.#error;
    if (error && this.listenerCount('error') === 0) this.#onThrown(error);
    else if (error) this.#emitSafely('error', error);
    this.#emitSafely('end');
    this.#emitSafely('close', error !== undefined);
  };

  /** Node calls this when an async listener rejects. */
  override [EventEmitter.captureRejectionSymbol](thrown: unknown): void {
    this.#onThrown(thrown);
  }

  /** A listener that throws must not end the process, and with it all other connections. */
  #emitSafely(event: string, ...args: unknown[]): void {
    try {
      this.emit(event, ...args);
    } catch (thrown) {
      this.#onThrown(thrown);
    }
  }
}

refuseStreamMethods(ClientSocket.prototype);
