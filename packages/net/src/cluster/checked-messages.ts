// Listening to another process: what passes the check is handed on, and the rest is dropped.
import { LogThrottle } from '../log.ts';

/** ms between two words on dropped messages. */
const INTERVAL = 1_000;

/**
 * A listener for `message` events.
 * @param onDropped told why one was dropped, once a second at most, and how many were since
 */
export function checkedMessages<Message>(
  faultOf: (message: unknown) => string | undefined,
  onMessage: (message: Message) => void,
  onDropped: (fault: string, leftOut: number) => void,
): (message: unknown, handle?: unknown) => void {
  const throttle = new LogThrottle(INTERVAL);
  return (message, handle) => {
    // No message has one. Left open, a client's socket would never end.
    if (handle) closeHandle(handle as Closable);
    const fault = handle ? 'it has a socket or a server with it' : faultOf(message);
    if (fault === undefined) return onMessage(message as Message);
    const leftOut = throttle.pass('dropped', performance.now());
    if (leftOut !== undefined) onDropped(fault, leftOut);
  };
}

interface Closable {
  destroy?(): void;
  close?(): void;
}

function closeHandle(handle: Closable): void {
  if (handle.destroy) handle.destroy();
  else handle.close?.();
}
