// What a worker does once it can accept: it does what its primary says, until it leaves.

import { endProcess } from '../../engine/system/process/end-process.ts';
import type { Balancer } from '../../proxy/balancer.ts';
import type { ToWorker } from '../protocol/messages.ts';
import type { EventLoopDelay } from './event-loop-delay.ts';
import type { Heartbeat } from './heartbeat.ts';
import { tell } from './primary-link.ts';
import type { WorkerListeners } from './worker-listeners.ts';

export interface WorkerParts {
  readonly balancer: Balancer;
  readonly listeners: WorkerListeners;
  readonly loop: Pick<EventLoopDelay, 'worst'>;
  readonly heartbeat: Heartbeat;
}

export class RunningWorker {
  readonly #parts: WorkerParts;
  #closed: Promise<void> | undefined;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  obey(message: ToWorker): void {
    const { balancer, listeners, loop, heartbeat } = this.#parts;
    switch (message.type) {
      case 'serve':
        return listeners.serve(message.listeners);
      case 'agreement':
        return balancer.agree(message.message);
      case 'endConnections':
        return balancer.endConnectionsTo(message.target);
      case 'endpoints':
        return balancer.addresses.set(new Map(message.endpoints));
      case 'resolved':
        return balancer.addresses.renewed(message.target);
      case 'options':
        heartbeat.workerTimeout = message.options.process.workerTimeout;
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
        return void this.leave(message.timeout, message.emptyQueues, message.handOver);
    }
  }

  /** Accepts no more, lets connections end, and ends the process. Its parameters are those of the message `drain`. */
  async leave(timeout: number | undefined, emptyQueues: boolean, handOver = false): Promise<void> {
    const { balancer, listeners } = this.#parts;
    this.#closed ??= emptyQueues ? listeners.empty() : listeners.close();
    await this.#closed;
    tell({ type: 'unlistened' });
    await balancer.drain(timeout);
    // A client that comes back stays where it was, also when the list of targets changes meanwhile.
    if (handOver) await balancer.handOver();
    tell({ type: 'counted', counters: balancer.status().counters }, () => endProcess(0));
  }
}
