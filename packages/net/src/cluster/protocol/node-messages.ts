// The messages that the two ends of a channel between processes exchange on their own, about handles. A process can send the like
// of them with `process.send`, and Node throws at those that it doesn't expect, which would end the process that receives one.
import type { ChildProcess } from 'node:child_process';

/** Not documented: what Node emits for messages whose `cmd` begins with "NODE_". */
const EVENT = 'internalMessage';

/** Drops what Node throws at. @param onDropped called for each of them */
export function guardNodeMessages(child: ChildProcess, onDropped: (fault: string) => void): void {
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
