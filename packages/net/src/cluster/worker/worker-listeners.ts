// Where a worker accepts connections: from listeners that its primary holds, or from one of its own where there are none to share.
import { loadLibc } from '../../engine/system/libc.ts';
import type { Balancer } from '../../proxy/balancer.ts';
import type { WorkerInit } from '../protocol/messages.ts';
import { ServedListeners, type ServedListenersMeans } from './served-listeners.ts';

export interface WorkerListeners {
  readonly port: number;
  /** Accepts from these listeners and from no others. */
  serve(indices: readonly number[]): void;
  /** Takes what waits in the queues, unless others are to do that, then accepts no more. */
  empty(): Promise<void>;
  /** Accepts no more, and leaves what waits to others. */
  close(): Promise<void>;
}

/** @throws {BalancerError} when the worker's own can't be opened */
export async function openWorkerListeners(
  init: WorkerInit,
  means: Pick<ServedListenersMeans, 'log' | 'isOutdated'> & { readonly balancer: Balancer },
): Promise<WorkerListeners> {
  const { sourceHost, sourcePort } = init.options.listener;
  const libc = loadLibc();
  if (init.listeners.length > 0 && !(libc instanceof Error)) {
    return new ServedListeners({ ...means, libc, inherited: init.listeners, port: sourcePort });
  }
  const listener = await means.balancer.listenOn(sourceHost, sourcePort);
  const close = (): Promise<void> => listener.close();
  return { port: listener.port, serve: () => {}, empty: close, close };
}
