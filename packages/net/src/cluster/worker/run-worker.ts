// A process that carries connections: it does what its primary says, and drains when its primary is gone.

import type { Admit, TargetControl } from '@lb/core/internal';
import type { Log } from '../../base/log.ts';
import type { NameSource } from '../../discovery/name-source.ts';
import type { Engine } from '../../engine/engine.ts';
import { loadLibc } from '../../engine/system/libc.ts';
import { endProcess, neverWaitAtExit } from '../../engine/system/process/end-process.ts';
import { mapSharedMemory } from '../../engine/system/shared-memory.ts';
import { Balancer } from '../../proxy/balancer.ts';
import type { SharedRegion } from '../../proxy/limits/limits.ts';
import { becomeUser } from '../identity/become-user.ts';
import { answerProbe } from '../identity/identity-probe.ts';
import type { WorkerInit } from '../protocol/messages.ts';
import { CLUSTER_BYTES, Pulse } from '../protocol/pulse.ts';
import { EventLoopDelay } from './event-loop-delay.ts';
import { BEAT, startHeartbeat } from './heartbeat.ts';
import { initIn, listen, tell, tellFailure } from './primary-link.ts';
import { PrimaryLoss } from './primary-loss.ts';
import { RunningWorker } from './running-worker.ts';
import { Standstill } from './standstill.ts';
import { openWorkerListeners } from './worker-listeners.ts';
import { awaitMiddleware } from './worker-middleware.ts';

export interface WorkerHooks {
  readonly log: Log;
  /** @default the one that the option `engine` names */
  readonly engine?: Engine;
  /** Loads the user's script and gives what its middleware says. */
  readonly loadController: (path: string, control: TargetControl) => Promise<Admit>;
}

/** Makes this process a worker of the primary that started it. */
export function runWorker(hooks: WorkerHooks): void {
  // The user must be able to read what a controller needs, too, which is not loaded without one.
  if (answerProbe(process.argv)) return void import('./worker-control.ts');
  // Its clients would hang while the process of a controller that has failed waits.
  neverWaitAtExit();
  process.title = 'loadbalancer: worker';
  // A terminal's Ctrl-C and a service manager's SIGTERM reach the whole group; the primary is the one to act on them.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  const loss = new PrimaryLoss(leaveAtOnce);
  process.once('message', (first: unknown) => {
    begin(first, hooks, loss).catch((error: unknown) => fail(error, loss));
  });
}

async function begin(first: unknown, hooks: WorkerHooks, loss: PrimaryLoss): Promise<void> {
  const init = initIn(first);
  const { log, engine } = hooks;
  process.title = `loadbalancer: worker ${init.index}`;
  const shared = sharedRegion(init);
  const pulse = shared && new Pulse(shared.memory, shared.region);
  const loop = new EventLoopDelay(BEAT);
  const standstill = new Standstill(() => loss.look());
  const heartbeat = startHeartbeat({
    pulse,
    tell: () => tell({ type: 'beat' }),
    workerTimeout: init.options.process.workerTimeout,
    log,
    onBeat: () => {
      loop.beat();
      const catchingUp = standstill.beat();
      if (catchingUp) balancer.holdUntil(catchingUp);
      loss.look();
    },
  });
  const balancer = new Balancer(init.options, {
    log,
    ...(engine && { engine }),
    shared,
    catchingUp: () => standstill.look(),
    tellPrimary: (message) => tell({ type: 'agreement', message }),
  });
  balancer.addresses.set(new Map(init.endpoints));
  balancer.addresses.source = namesOfPrimary;
  const { balancerControllerPath: path } = init.options.process;
  const control =
    path === undefined ? undefined : (await import('./worker-control.ts')).workerControl(balancer, tell, log);
  const load = control && path ? () => hooks.loadController(path, control) : undefined;
  const loadMiddleware = awaitMiddleware(balancer, load, pulse);
  const isOutdated = (): boolean => !process.connected && standstill.look() !== undefined;
  const listeners = await openWorkerListeners(init, { balancer, log, isOutdated });
  if (init.identity) becomeUser(init.identity);
  await loadMiddleware();
  const worker = new RunningWorker({ balancer, listeners, loop, heartbeat });
  listen((message) => worker.obey(message), log);
  loss.onLost = () => {
    log.error({}, 'the primary is gone; this worker lets its connections end and leaves');
    void worker.leave(balancer.options.process.shutdownTimeout, true);
  };
  tell({ type: 'ready', port: listeners.port });
}

const namesOfPrimary: NameSource = {
  renew: (target) => tell({ type: 'resolve', target }),
  answered: (target, address, silent) => tell({ type: 'answered', target, address, silent }),
};

/** Where this worker counts together with the others. */
function sharedRegion({ shared }: WorkerInit): SharedRegion | undefined {
  const libc = loadLibc();
  if (!shared || libc instanceof Error) return undefined;
  const memory = mapSharedMemory(libc, shared.descriptor, CLUSTER_BYTES);
  libc.close(shared.descriptor);
  return { memory, region: shared.region, seed: shared.seed };
}

function fail(error: unknown, loss: PrimaryLoss): void {
  tellFailure(error);
  loss.onLost = () => {};
  if (process.connected) process.disconnect();
  setImmediate(() => endProcess(1));
}

/** A worker that has accepted nothing yet has nothing to end, and must not hold the port against the next primary. */
function leaveAtOnce(): void {
  endProcess(1);
}
