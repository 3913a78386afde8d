// One connection with all that it needs, over an engine without sockets and a clock that the test moves.
import {
  DEFAULT_HASH_KEY,
  DecidingHealth,
  type FromWorker,
  HashPolicy,
  Router,
  SessionTable,
  type TargetOptions,
  TargetPool,
  WorkerAgreement,
} from '@lb/core';
import type { Admit } from '@lb/core/internal';
import { AddressBook } from '../discovery/address-book.ts';
import type { RelayReport } from '../engine/engine.ts';
import { type BalancerOptions, resolveOptions, splitOptions } from '../options/index.ts';
import { isOwnAddress } from '../options/own-address.ts';
import { gatesOf } from '../proxy/admission/gates.ts';
import { Connection, type ConnectionOwner, type Snapshot } from '../proxy/connection.ts';
import { AcceptQueues } from '../proxy/dialling/accept-queues.ts';
import type { Observer } from '../proxy/events/observer.ts';
import { Limits } from '../proxy/limits/limits.ts';
import { FakeDownstream, FakeEngine } from './fake-engine.ts';

export const CLIENT = '192.0.2.1';

const HOSTS = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];

interface Parts {
  readonly admit?: Admit;
  readonly agreement?: WorkerAgreement | undefined;
}

export class ConnectionSetup {
  readonly log: string[] = [];
  readonly engine = new FakeEngine(this.log);
  readonly pool: TargetPool;
  readonly health: DecidingHealth;
  readonly sessions = new SessionTable({ expiry: 30_000, limit: 1_000 });
  readonly addresses: AddressBook;
  /** What the agreement has sent, if there is one. */
  readonly sent: FromWorker[] = [];
  readonly agreement: WorkerAgreement | undefined;
  now = 1_000;
  /** What the observer has seen of connections that are over. */
  readonly ends: { clientAddress: string; target: string | undefined; report: RelayReport | undefined }[] = [];
  /** Connections in the listener's count. */
  open = 0;
  readonly #snapshot: Snapshot;

  /** @param isShared whether the connection is of one of many workers */
  constructor({
    admit,
    agreement,
    isShared = false,
    ...options
  }: Partial<BalancerOptions> & Parts & { isShared?: boolean } = {}) {
    const targets: TargetOptions[] = HOSTS.map((host) => ({ host, port: 80 }));
    const resolved = splitOptions(resolveOptions({ sourcePort: 0, targets, ...options }).options);
    const { sourceHost, sourcePort } = resolved.listener;
    this.addresses = new AddressBook((address, port) => isOwnAddress(address, port, sourceHost, sourcePort, []));
    this.pool = new TargetPool(DEFAULT_HASH_KEY);
    this.health = new DecidingHealth({
      suspension: 60_000,
      onHealth: ({ id, health }, _before, reason) => this.log.push(`${health.state} ${id} ${reason ?? ''}`.trim()),
    });
    this.pool.setTargets(resolved.pool.targets);
    const policy = new HashPolicy(DEFAULT_HASH_KEY);
    const { pool, sessions } = this;
    const send = (message: FromWorker): void => void this.sent.push(message);
    this.agreement = isShared
      ? new WorkerAgreement({ pool, policy, sessions, send, soon: (action) => action() })
      : agreement;
    this.#snapshot = {
      engine: this.engine,
      queues: new AcceptQueues(this.engine, (target) => this.log.push(`full ${target}`)),
      options: resolved,
      gates: gatesOf(resolved, new Limits(undefined), this.engine, admit),
      pool: {
        router: new Router({
          pool: this.pool,
          health: this.health,
          policy,
          sessions,
          shared: isShared ? this.agreement : undefined,
        }),
        addresses: this.addresses,
        agreement: this.agreement,
      },
      observer: this.#observer,
      now: () => this.now,
    };
  }

  readonly #observer: Observer = {
    accepted: () => {},
    admitted: () => {},
    refused: (_connection, refusal, detail) => this.log.push(detail === undefined ? refusal : `${refusal}: ${detail}`),
    passedOver: (_connection, target, { code }) => this.log.push(`passed over ${target.id}: ${code}`),
    acceptQueueFull: () => {},
    unserved: ({ clientAddress }, why) =>
      this.log.push(`unserved: ${clientAddress} ${typeof why === 'string' ? why : why.code}`),
    relayed: () => {},
    closed: ({ clientAddress, target }, report) => this.ends.push({ clientAddress, target: target?.id, report }),
    full: () => {},
    exhausted: () => {},
  };

  readonly #owner: ConnectionOwner = {
    ending: () => {
      this.open -= 1;
    },
    closed: () => this.log.push('closed'),
  };

  /** A client that has just been accepted. */
  accept(remoteAddress = CLIENT): { connection: Connection; downstream: FakeDownstream } {
    const downstream = new FakeDownstream(this.engine, remoteAddress);
    const connection = new Connection(this.#snapshot, downstream, this.#owner);
    this.open += 1;
    connection.begin();
    return { connection, downstream };
  }

  /** What has happened since the last call. */
  news(): string[] {
    return this.log.splice(0);
  }

  /** Connections counted at each target. */
  get counts(): number[] {
    return this.pool.targets.map((target) => target.connections);
  }
}
