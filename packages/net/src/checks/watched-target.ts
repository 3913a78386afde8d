// The probes of one target: of a suspended one again and again, of another one once. In the process that decides on its health.
import type { HealthNews, TargetRecord } from '@lb/core';
import { setLongTimeout } from '../base/long-timers.ts';
import { ConnectError } from '../engine/connect-error.ts';
import { deactivationOf } from '../options/deactivation.ts';
import type { PoolOptions } from '../options/index.ts';
import { sentProxyVersion } from '../options/sent-proxy-version.ts';
import type { Probe } from './probe.ts';
import type { ProbedAddresses } from './probed-addresses.ts';
import type { Turns } from './turns.ts';

/** ms from the start of one probe to that of the next, give or take a tenth: many targets are not to be probed in step. */
const INTERVAL = 1_000;
const JITTER = 0.1;

/** What all targets have in common. */
export interface WatchContext {
  readonly options: () => Pick<
    PoolOptions,
    'connectTimeout' | 'proxyProtocol' | 'transparent' | 'targetDeactivationDuration'
  >;
  readonly addresses: ProbedAddresses;
  readonly report: (target: TargetRecord, news: HealthNews) => void;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly probe: Probe;
  readonly turns: Turns;
  /** Those that a probe has ever reached. */
  readonly reached: WeakSet<TargetRecord>;
}

export class WatchedTarget {
  /** That of the target's health: with another one this has nothing more to do. */
  readonly version: number;
  readonly #target: TargetRecord;
  readonly #context: WatchContext;
  readonly #since = performance.now();
  #doubt: { readonly reason: string | undefined } | undefined;
  #cancel: () => void = () => {};

  constructor(target: TargetRecord, context: WatchContext) {
    this.version = target.health.version;
    this.#target = target;
    this.#context = context;
  }

  /** Probes a suspended target from the end of its suspension on, until this is called off. */
  recover(): void {
    const { health } = this.#target;
    if (health.state === 'suspended') this.#wait(health.until - performance.now());
  }

  /** Probes a target that is not suspended once. @param done called when that is over, unless it is called off */
  probeOnce(done: () => void): void {
    this.#probe((error) => {
      const doubt = this.#doubt;
      done();
      if (!doubt || error?.source !== 'upstream') return;
      this.#report({ source: 'probe', version: this.version, outcome: 'failed', reason: doubt.reason });
    });
  }

  /** A client could not connect to it: should the probe fail too, it counts. */
  doubt(reason: string | undefined): void {
    this.#doubt ??= { reason };
  }

  cancel(): void {
    this.#cancel();
  }

  #wait(delay: number): void {
    const timer = setLongTimeout(() => this.#look(), Math.max(delay, 0)).unref();
    this.#cancel = () => clearTimeout(timer);
  }

  #look(): void {
    const { health } = this.#target;
    if (health.state !== 'suspended') return;
    const left = health.until - performance.now(); // timers may fire early
    if (left > 0) return this.#wait(left);
    if (health.cause !== 'deactivated') return this.#tryRecovering();
    this.#wait(INTERVAL);
    this.#endSuspension();
  }

  #tryRecovering(): void {
    const { random } = this.#context;
    this.#probe((error, beganAt) => {
      this.#wait(beganAt + INTERVAL * (1 + JITTER * (2 * random() - 1)) - performance.now());
      if (!error) this.#report({ source: 'probe', version: this.version, outcome: 'reached' });
      else if (this.#isBlind && beganAt >= this.#since + deactivationOf(this.#context.options())) this.#endSuspension();
    });
  }

  /** Whether probes may show nothing: the firewall of the targets may reject this machine's own address, and clients use others. */
  get #isBlind(): boolean {
    const { options, reached } = this.#context;
    return options().transparent && !reached.has(this.#target);
  }

  #endSuspension(): void {
    this.#report({ source: 'time', version: this.version, outcome: 'reached' });
  }

  #report(news: HealthNews): void {
    this.#context.report(this.#target, news);
  }

  /** @param done takes the reason for which the target wasn't reached, if it wasn't, and when it was tried */
  #probe(done: (error: ConnectError | undefined, beganAt: number) => void): void {
    const { addresses, options, probe, turns, reached } = this.#context;
    let callOff = (): void => {};
    const end = turns.take(() => {
      const beganAt = performance.now();
      const { connectTimeout: timeout } = options();
      const proxyVersion = sentProxyVersion(this.#target.options, options());
      const target = this.#target;
      callOff = probe({ endpoints: addresses.endpoints(target), timeout, proxyVersion }, (result) => {
        end();
        if (result instanceof ConnectError) {
          addresses.unreached(target);
          return done(result, beganAt);
        }
        reached.add(target);
        // Before the target comes back, so that clients find it there.
        addresses.reached(target, result);
        done(undefined, beganAt);
      });
    });
    this.#cancel = () => {
      callOff();
      end();
    };
  }
}
