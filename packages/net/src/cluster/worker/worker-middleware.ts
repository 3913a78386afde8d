// The middleware of a worker's controller, from before it is loaded.
import type { Admit } from '@lb/core/internal';
import type { Balancer } from '../../proxy/balancer.ts';
import type { Pulse } from '../protocol/pulse.ts';

/**
 * Has connections wait for the middleware from now on.
 * @param load absent without a controller: nobody waits then
 * @param pulse shows the primary which client the middleware is asked about
 * @returns loads the middleware; those who wait are then admitted by it
 */
export function awaitMiddleware(
  balancer: Pick<Balancer, 'admit'>,
  load: (() => Promise<Admit>) | undefined,
  pulse: Pulse | undefined,
): () => Promise<void> {
  if (!load) return async () => {};
  const early: (() => void)[] = [];
  balancer.admit = (info, done, control) => early.push(() => balancer.admit?.(info, done, control));
  return async () => {
    const admit = await load();
    balancer.admit = pulse ? showing(pulse, admit) : admit;
    for (const admitNow of early) admitNow();
  };
}

function showing(pulse: Pulse, admit: Admit): Admit {
  return (connection, done, control) => {
    pulse.asking(connection.clientAddress);
    admit(connection, done, control);
    pulse.answered();
  };
}
