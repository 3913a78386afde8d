// The primary that a supervisor starts after one has died.
import { currentStatus } from './control-socket.ts';
import type { Host } from './host.ts';
import { until } from './wait.ts';

/** The status of the one after this, once all of its workers are ready. */
export function nextPrimary({ runtime }: Host, before: number) {
  return until('the next primary', async () => {
    const status = await currentStatus(runtime);
    const isNext = status !== undefined && status.pid !== before;
    return isNext && status.workers.length > 0 && status.workers.every(({ state }) => state === 'ready') && status;
  });
}
