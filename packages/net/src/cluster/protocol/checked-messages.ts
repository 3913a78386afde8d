// Listening to another process: what passes the check is handed on, and the rest is dropped.
import type { ChildProcess } from 'node:child_process';
import { LogThrottle } from '../../base/log.ts';

/** Not documented: what Node emits for messages whose `cmd` begins with "NODE_". */
const EVENT = 'internalMessage';

/** ms between two words on dropped messages. */
const INTERVAL = 1_000;

/** Told why a message was dropped, once a second at most, and how many were since. */
type OnDropped = (fault: string, leftOut: number) => void;

/** A listener for `message` events. */
export function checkedMessages<Message>(
  faultOf: (message: unknown) => string | undefined,
  onMessage: (message: Message) => void,
  onDropped: OnDropped,
): (message: unknown, handle?: unknown) => void {
  return checked(faultOf, onMessage, throttled(onDropped));
}

/** Listens to a child process, which may send what it likes. */
export function listenToChild<Message>(
  child: ChildProcess,
  faultOf: (message: unknown) => string | undefined,
  onMessage: (message: Message) => void,
  onDropped: OnDropped,
): void {
  const drop = throttled(onDropped);
  guardNodeMessages(child, drop);
  child.on('message', checked(faultOf, onMessage, drop));
}

function checked<Message>(
  faultOf: (message: unknown) => string | undefined,
  onMessage: (message: Message) => void,
  drop: (fault: string) => void,
): (message: unknown, handle?: unknown) => void {
  return (message, handle) => {
    // No message has one. Left open, a client's socket would never end.
    if (handle) closeHandle(handle as Closable);
    const fault = handle ? 'it has a socket or a server with it' : faultOf(message);
    if (fault === undefined) onMessage(message as Message);
    else drop(fault);
  };
}

function throttled(onDropped: OnDropped): (fault: string) => void {
  const throttle = new LogThrottle(INTERVAL);
  return (fault) => {
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

/**
 * The two ends of a channel exchange messages about handles on their own. A process can send the like of them with `process.send`, and
 * Node throws at those that it doesn't expect, which would end the process that receives one: these are dropped.
 */
function guardNodeMessages(child: ChildProcess, onDropped: (fault: string) => void): void {
  for (const listener of child.listeners(EVENT)) {
    child.off(EVENT, listener as () => void);
    child.on(EVENT, (...args: unknown[]) => {
      try {
        Reflect.apply(listener, child, args);
      } catch {
        onDropped('it is one of those that Node sends itself');
      }
    });
  }
}
