// A control socket with a made-up balancer behind it.
import { onTestFinished } from 'vitest';
import type { ControlHandlers } from '../control/server/handlers.ts';
import { type ControlServer, openControlServer } from '../control/server/server.ts';
import { controlHandlersFor } from './documents.ts';

/** Closed after the test. */
export async function openTestControl(
  folder: string,
  changes: Partial<ControlHandlers> = {},
  supervisorPid?: number,
): Promise<ControlServer> {
  const server = await openControlServer(folder, (index) => controlHandlersFor(index, changes), supervisorPid);
  onTestFinished(() => server.close());
  return server;
}
