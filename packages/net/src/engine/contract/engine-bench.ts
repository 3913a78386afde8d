// An engine with an acceptor and a target, and connections through it, for tests.

import type { Endpoint } from '../../base/endpoint.ts';
import { later } from '../../testing/cleanup.ts';
import { TestListener } from '../../testing/test-listener.ts';
import { type ConnectOptions, TestSocket } from '../../testing/test-socket.ts';
import { until } from '../../testing/until.ts';
import { ConnectError } from '../connect-error.ts';
import type {
  Acceptor,
  Downstream,
  Engine,
  ListenAddress,
  Relay,
  RelayDeadlines,
  RelayReport,
  Upstream,
} from '../engine.ts';

export const NO_DEADLINES: RelayDeadlines = { idleTimeout: 0, halfCloseTimeout: 0 };

export interface AcceptedPair {
  readonly client: TestSocket;
  readonly downstream: Downstream;
}

export interface RelayedPair {
  readonly client: TestSocket;
  readonly target: TestSocket;
  readonly relay: Relay;
  /**
   * What the relay has said, in order; `late` stands for an `ending` that came when both sides could see the end, or one of them
   * a reset of ours.
   */
  readonly events: readonly string[];
  /** What the relay reports, once it is closed. */
  report(): Promise<RelayReport>;
}

export type Side = 'client' | 'target';
export const SIDES: readonly Side[] = ['client', 'target'];

export function other(side: Side): Side {
  return side === 'client' ? 'target' : 'client';
}

export class EngineBench {
  readonly engine: Engine;
  readonly acceptor: Acceptor;
  readonly target: TestListener;
  readonly endpoint: Endpoint;
  readonly #accepted: Downstream[];

  private constructor(engine: Engine, acceptor: Acceptor, accepted: Downstream[], path: string | undefined) {
    this.engine = engine;
    this.acceptor = acceptor;
    this.#accepted = accepted;
    this.target = path === undefined ? TestListener.open() : TestListener.openAt(path);
    this.endpoint = path === undefined ? { host: '127.0.0.1', port: this.target.port } : { path };
  }

  /** @param path where the target is a unix-domain socket */
  static async open(
    engine: Engine,
    at: ListenAddress = { host: '127.0.0.1', port: 0 },
    path?: string,
  ): Promise<EngineBench> {
    const accepted: Downstream[] = [];
    const acceptor = await engine.listen(at, (downstream) => accepted.push(downstream));
    later(() => acceptor.close());
    return new EngineBench(engine, acceptor, accepted, path);
  }

  get port(): number {
    return this.acceptor.port;
  }

  /** Connections that the engine has accepted and nobody has taken yet. */
  get waiting(): number {
    return this.#accepted.length;
  }

  takeAccepted(): Promise<Downstream> {
    return until('an accepted connection', () => this.#accepted.shift());
  }

  /** A client, and what the engine made of it. */
  async accept(options?: ConnectOptions): Promise<AcceptedPair> {
    const client = await TestSocket.connect(this.port, options);
    return { client, downstream: await this.takeAccepted() };
  }

  /** A connection to the target. */
  async reach(): Promise<{ target: TestSocket; upstream: Upstream }> {
    const upstream = await reached(this.engine, this.endpoint);
    return { target: await this.target.accept(), upstream };
  }

  /** @param target where the test asks about `late` */
  join(
    client: TestSocket,
    downstream: Downstream,
    upstream: Upstream,
    deadlines = NO_DEADLINES,
    head?: Buffer,
    target?: TestSocket,
  ) {
    const events: string[] = [];
    let report: RelayReport | undefined;
    const isLate = (): boolean => {
      if (!target) return client.sawEnd;
      return (client.isOver && target.isOver) || client.wasReset || target.wasReset;
    };
    const observer = {
      ending: () => events.push(isLate() ? 'late' : 'ending'),
      closed: (given: RelayReport) => {
        events.push('closed');
        report = given;
      },
    };
    const relay = downstream.relay(upstream, deadlines, observer, head);
    later(() => relay.reset());
    return { relay, events, report: () => until('the report', () => report) };
  }

  /** A client that is connected to the target. */
  async connect(deadlines?: RelayDeadlines): Promise<RelayedPair> {
    const { client, downstream } = await this.accept();
    const { target, upstream } = await this.reach();
    return { client, target, ...this.join(client, downstream, upstream, deadlines, undefined, target) };
  }
}

/** @throws {ConnectError} */
export function reached(engine: Engine, endpoint: Endpoint, timeout = 20_000): Promise<Upstream> {
  return new Promise((resolve, reject) => {
    engine.dial(endpoint, timeout, (result) => {
      if (result instanceof ConnectError) reject(result);
      else resolve(result);
      engine.yieldToNode();
    });
  });
}

/** Why an endpoint wasn't reached. */
export async function refusal(engine: Engine, endpoint: Endpoint, timeout?: number): Promise<ConnectError> {
  try {
    (await reached(engine, endpoint, timeout)).close();
  } catch (error) {
    return error as ConnectError;
  }
  throw new Error('It was reached.');
}
