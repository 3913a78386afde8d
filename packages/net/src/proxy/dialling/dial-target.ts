// One attempt at a target: its addresses one after the other, until one answers.
import type { Endpoint } from '../../base/endpoint.ts';
import type { ConnectError } from '../../engine/connect-error.ts';
import type { Dial, Engine, Upstream } from '../../engine/engine.ts';

export type DialTargetDone = (error: ConnectError | undefined, upstream?: Upstream, endpoint?: Endpoint) => void;

/**
 * Tries the endpoints in order, each for at most `timeout(now)` ms. Fails with the last error; an error of this machine
 * ends it at once, since the next address would meet the same lack.
 * @param source the address to connect from. @default the machine's own
 */
export function dialTarget(
  engine: Engine,
  endpoints: readonly Endpoint[],
  timeout: () => number,
  done: DialTargetDone,
  source?: string,
): Dial {
  let index = 0;
  let current: Dial;
  const next = (): void => {
    const endpoint = endpoints[index] as Endpoint;
    current = engine.dial(
      endpoint,
      timeout(),
      (error, upstream) => {
        index += 1;
        if (error?.source === 'upstream' && index < endpoints.length && timeout() > 0) next();
        else done(error, upstream, endpoint);
      },
      source,
    );
  };
  next();
  return { cancel: () => current.cancel() };
}
