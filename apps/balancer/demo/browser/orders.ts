/// <reference lib="dom" />
// Orders to stop or start a target, as requests to whichever target answers. Keeps what is under way.
import type { DemoState, Order } from '../protocol.ts';

const PATIENCE = 6000;

interface Pending {
  readonly order: Order;
}

export class Orders {
  readonly #pending = new Map<string, Pending>();
  readonly #changed: () => void;
  readonly #failed: (target: string, order: Order) => void;

  constructor(changed: () => void, failed: (target: string, order: Order) => void) {
    this.#changed = changed;
    this.#failed = failed;
  }

  pending(target: string): Order | null {
    return this.#pending.get(target)?.order ?? null;
  }

  give(order: Order, target: string): void {
    if (this.#pending.has(target)) return;
    const pending = { order };
    this.#pending.set(target, pending);
    this.#changed();
    // A failure of the request says little: the target may have ended before its answer was through.
    fetch(`/targets/${target}/${order}`, { method: 'POST' }).catch(() => {});
    setTimeout(() => {
      if (this.#pending.get(target) !== pending) return;
      this.#pending.delete(target);
      this.#failed(target, order);
      this.#changed();
    }, PATIENCE);
  }

  /** Forgets what the new state shows to be done. A target may be stopped and back between two states. */
  settle(before: DemoState | null, now: DemoState): void {
    for (const { name, status, pid } of now.targets) {
      const order = this.pending(name);
      const pidBefore = before?.targets.find((target) => target.name === name)?.pid;
      const stopped = order === 'stop' && (status === 'down' || pid !== pidBefore);
      const wasStarting = before?.targets.some((target) => target.name === name && target.status === 'starting');
      const started = order === 'start' && (status === 'up' || (status === 'down' && wasStarting));
      if (stopped || started) this.#pending.delete(name);
    }
  }
}
