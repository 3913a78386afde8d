// The listeners that the primary has opened, each set until the last worker has ceased to accept from it. Closed while clients
// wait in its queue, a listener would reset them; kept open without anybody who accepts, it would leave them waiting.
import { loadLibc } from '../libc.ts';
import type { Listeners } from './listeners.ts';

export class OpenedListeners {
  #sets: readonly Listeners[] = [];

  add(listeners: Listeners | undefined): void {
    if (listeners && !this.#sets.includes(listeners)) this.#sets = [...this.#sets, listeners];
  }

  closeUnless(isInUse: (listeners: Listeners) => boolean): void {
    const libc = loadLibc();
    if (libc instanceof Error) return;
    const unused = this.#sets.filter((listeners) => !isInUse(listeners));
    this.#sets = this.#sets.filter((listeners) => !unused.includes(listeners));
    for (const { fds } of unused) for (const fd of fds) libc.close(fd);
  }
}
