// The way from the primary to each of its workers.
import type { WorkerId } from '@lb/core';
import type { ToWorker } from '../../protocol/messages.ts';

export interface WorkerChannel {
  /** In order. A message to a worker that is about to exit is lost with it. */
  tell(worker: WorkerId, message: ToWorker): void;
  tellAll(message: ToWorker): void;
  pidOf(worker: WorkerId): number | undefined;
}
