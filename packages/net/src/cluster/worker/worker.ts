// A process that carries connections: it does what its primary says, and drains when its primary is gone.

import type { Admit, TargetControl } from '@lb/core';
import { BalancerError, errorCode, errorMessage } from '@lb/core';
import type { Log } from '../../base/log.ts';
import type { Engine } from '../../engine/engine.ts';
import { endProcess, neverWaitAtExit } from '../../engine/system/end-process.ts';
import { loadLibc } from '../../engine/system/libc.ts';
import { mapSharedMemory } from '../../engine/system/shared-memory.ts';
import { Balancer } from '../../proxy/balancer.ts';
import type { SharedRegion } from '../../proxy/limits/limits.ts';
import { becomeUser } from '../identity/become-user.ts';
import { answerProbe } from '../identity/probe.ts';
import { checkedMessages } from '../protocol/checked-messages.ts';
import { LONGEST_FAILURE, toWorkerFault } from '../protocol/message-checks.ts';
import type { ToPrimary, ToWorker, WorkerInit } from '../protocol/messages.ts';
import { CLUSTER_BYTES, Pulse } from '../protocol/pulse.ts';
import { EventLoopDelay } from './event-loop-delay.ts';
import { failureText } from './failure-text.ts';
import { BEAT, showing, startHeartbeat } from './heartbeat.ts';
import { PrimaryLoss } from './primary-loss.ts';
import { ServedListeners } from './served-listeners.ts';
import { workerControl } from './worker-control.ts';

/** ms after which a worker without a free descriptor tries again to serve a listener. */
const SERVE_AGAIN = 1_000;

export interface WorkerHooks {
  readonly log: Log;
  /** @default the one that the option `engine` names */
  readonly engine?: Engine;
  /** Loads the user's script and gives what its middleware says. */
  readonly loadController: (path: string, control: TargetControl) => Promise<Admit>;
}

/** Makes this process a worker of the primary that started it. */
export function runWorker(hooks: WorkerHooks): void {
  if (answerProbe(process.argv)) return;
  // Its clients would hang while the process of a controller that has failed waits.
  neverWaitAtExit();
  process.title = 'loadbalancer: worker';
  // A terminal's Ctrl-C and a service manager's SIGTERM reach the whole group; the primary is the one to act on them.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  const loss = new PrimaryLoss(leaveAtOnce);
  process.once('message', (first: unknown) => {
    begin(first, hooks, loss).catch((error: unknown) => {
      const message = failureText(error).slice(0, LONGEST_FAILURE);
      tell({ type: 'failed', code: errorCode(error).slice(0, LONGEST_FAILURE), message });
      loss.onLost = () => {};
      if (process.connected) process.disconnect();
      setImmediate(() => endProcess(1));
    });
  });
}

async function begin(first: unknown, hooks: WorkerHooks, loss: PrimaryLoss): Promise<void> {
  const init = initIn(first);
  const { options, identity } = init;
  const { log, engine } = hooks;
  process.title = `loadbalancer: worker ${init.index}`;
  const shared = sharedRegion(init);
  const pulse = shared && new Pulse(shared.memory, shared.region);
  let { workerTimeout } = options;
  const loop = new EventLoopDelay(BEAT);
  startHeartbeat({
    pulse,
    tell: () => tell({ type: 'beat' }),
    workerTimeout: () => workerTimeout,
    log,
    onBeat: () => {
      loop.beat();
      loss.look();
    },
  });
  const balancer = new Balancer(options, {
    log,
    ...(engine && { engine }),
    shared,
    tellPrimary: (message) => tell({ type: 'agreement', message }),
  });
  balancer.addresses.set(new Map(init.addresses));
  const early: (() => void)[] = [];
  const controllerPath = options.balancerControllerPath;
  if (controllerPath !== undefined) {
    balancer.admit = (info, done, control) => early.push(() => balancer.admit?.(info, done, control));
  }
  const listeners = await openListeners(init, balancer);
  if (identity) becomeUser(identity);
  if (controllerPath !== undefined) {
    balancer.admit = showing(pulse, await hooks.loadController(controllerPath, workerControl(balancer, tell)));
    for (const admitNow of early) admitNow();
  }

  let closed: Promise<void> | undefined;
  const leave = async (timeout: number | undefined, emptyQueues: boolean, handOver = false): Promise<void> => {
    closed ??= emptyQueues ? listeners.empty() : listeners.close();
    await closed;
    tell({ type: 'unlistened' });
    await balancer.drain(timeout);
    // A client that comes back stays where it was, also when the list of targets changes meanwhile.
    if (handOver) await balancer.handOver();
    const exit = (): void => endProcess(0);
    if (!process.connected) return exit();
    process.send?.({ type: 'counted', counters: balancer.status().counters } satisfies ToPrimary, exit);
  };
  let wanted: readonly number[] = [];
  const serve = (indices: readonly number[]): void => {
    wanted = indices;
    listeners.serve(indices).catch((error: unknown) => {
      const code = errorCode(error);
      log.error({ code, listeners: indices }, `cannot accept connections: ${errorMessage(error)}`);
      // Open connections must not end because there are many of them.
      if (code !== 'EMFILE' && code !== 'ENFILE') endProcess(1);
      setTimeout(() => wanted === indices && !closed && serve(indices), SERVE_AGAIN);
    });
  };
  const obey = (message: ToWorker): void => {
    switch (message.type) {
      case 'serve':
        return serve(message.listeners);
      case 'agreement':
        return balancer.agree(message.message);
      case 'endConnections':
        return balancer.endConnectionsTo(message.target);
      case 'addresses':
        return balancer.addresses.set(new Map(message.addresses));
      case 'options':
        workerTimeout = message.options.workerTimeout;
        return balancer.configure(message.options);
      case 'status': {
        const displacedSessions = balancer.agreement?.size ?? 0;
        const status = { ...balancer.status(), displacedSessions, eventLoopDelayMs: loop.worst };
        return tell({ type: 'status', request: message.request, status });
      }
      case 'session': {
        const session = balancer.findSession(message.clientKey);
        return tell({ type: 'session', request: message.request, session });
      }
      case 'drain':
        return void leave(message.timeout, message.emptyQueues, message.handOver);
    }
  };
  process.on(
    'message',
    checkedMessages(toWorkerFault, obey, (fault, leftOut) =>
      log.warn(
        { primaryPid: process.ppid, leftOut },
        `dropped a message of the primary, pid ${process.ppid}: ${fault}`,
      ),
    ),
  );
  loss.onLost = () => {
    log.error({}, 'the primary is gone; this worker lets its connections end and leaves');
    void leave(balancer.options.shutdownTimeout, true);
  };
  tell({ type: 'ready', port: listeners.port });
}

/** @throws {BalancerError} `MALFORMED_MESSAGE` */
function initIn(first: unknown): WorkerInit {
  const fault = toWorkerFault(first);
  const message = first as ToWorker;
  if (fault === undefined && message.type === 'init') return message.init;
  throw new BalancerError(
    `The primary, pid ${process.ppid}, has begun with a message that is not understood: ${fault ?? message.type}. If the package was updated while the balancer ran, restart the balancer.`,
    { code: 'MALFORMED_MESSAGE' },
  );
}

interface WorkerListeners {
  readonly port: number;
  serve(indices: readonly number[]): Promise<void>;
  /** Takes what waits in the queues, then accepts no more. */
  empty(): Promise<void>;
  /** Accepts no more, and leaves what waits to others. */
  close(): Promise<void>;
}

/** The listeners that the primary handed down, or one of this worker's own where there are none. */
async function openListeners(init: WorkerInit, balancer: Balancer): Promise<WorkerListeners> {
  const { sourceHost, sourcePort } = init.options;
  const libc = loadLibc();
  if (init.listeners.length > 0 && !(libc instanceof Error)) {
    return new ServedListeners(balancer, libc, init.listeners, sourcePort);
  }
  const listener = await balancer.listenOn(sourceHost, sourcePort);
  const close = (): Promise<void> => listener.close();
  return { port: listener.port, serve: async () => {}, empty: close, close };
}

/** Where this worker counts together with the others. */
function sharedRegion({ shared }: WorkerInit): SharedRegion | undefined {
  const libc = loadLibc();
  if (!shared || libc instanceof Error) return undefined;
  const memory = mapSharedMemory(libc, shared.descriptor, CLUSTER_BYTES);
  libc.close(shared.descriptor);
  return { memory, region: shared.region, seed: shared.seed };
}

/** A worker that has accepted nothing yet has nothing to end, and must not hold the port against the next primary. */
function leaveAtOnce(): void {
  endProcess(1);
}

/** To a primary that is dead and not known to be, sending fails. Without a callback, that would end this process. */
function tell(message: ToPrimary): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
