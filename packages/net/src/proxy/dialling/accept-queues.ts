// Dialing targets whose accept queue may be full. The kernel refuses a connect to a unix-domain socket that has no room with EAGAIN,
// where it tries again by itself for TCP. Here such dials wait in order, one queue for each target, and the first one tries again
// every 10 to 100 ms. In the process that carries the connections. It blames nobody: a dial whose time is over fails with EAGAIN.
import { type Endpoint, endpointText } from '../../base/endpoint.ts';
import { ConnectError } from '../../engine/connect-error.ts';
import type { Dial, DialDone, Engine, Upstream } from '../../engine/engine.ts';

/** ms from one try to the next, at least. */
const SHORTEST = 10;
/** The most that it becomes while there is no room: it doubles with each try. */
const LONGEST = 100;

type PathEndpoint = Extract<Endpoint, { path: string }>;

export class AcceptQueues implements Pick<Engine, 'dial'> {
  readonly engine: Pick<Engine, 'dial'>;
  readonly #onFull: (target: string) => void;
  /** By path. Only those in which something waits. */
  readonly #queues = new Map<string, AcceptQueue>();

  /** @param onFull called when dials begin to wait for a target */
  constructor(engine: Pick<Engine, 'dial'>, onFull: (target: string) => void = () => {}) {
    this.engine = engine;
    this.#onFull = onFull;
  }

  /** As the engine's, and within `timeout` ms waits for room. */
  dial(endpoint: Endpoint, timeout: number, done: DialDone, source?: string): Dial {
    if (!('path' in endpoint)) return this.engine.dial(endpoint, timeout, done, source);
    const dial = new QueuedDial(this, endpoint, timeout, done);
    const queue = this.#queues.get(endpoint.path);
    if (queue) queue.add(dial);
    else dial.begin();
    return dial;
  }

  /** The queue for a target that has just been found full. */
  queueFor(endpoint: PathEndpoint): AcceptQueue {
    const { path } = endpoint;
    let queue = this.#queues.get(path);
    if (!queue) {
      queue = new AcceptQueue(() => this.#queues.delete(path));
      this.#queues.set(path, queue);
      this.#onFull(endpointText(endpoint));
    }
    return queue;
  }
}

/** What waits for room at one target, in order. */
class AcceptQueue {
  readonly #waiting = new Set<QueuedDial>();
  readonly #onEmpty: () => void;
  #timer: NodeJS.Timeout | undefined;
  #pause = SHORTEST;

  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty;
  }

  add(dial: QueuedDial): void {
    dial.queue = this;
    this.#waiting.add(dial);
    if (this.#waiting.size === 1) this.#tryLater();
  }

  /** Its first dial has found no room: gives up those whose time is over, and tries again. */
  isFull(): void {
    this.#pause = Math.min(this.#pause * 2, LONGEST);
    const now = performance.now();
    const late = [...this.#waiting].filter(({ ends }) => ends <= now);
    for (const dial of late) {
      dial.queue = undefined;
      this.#waiting.delete(dial);
    }
    if (this.#waiting.size > 0) this.#tryLater();
    else this.#onEmpty();
    for (const dial of late) dial.giveUp();
  }

  /** A dial is over. @param isFirst whether it was being tried: then it is the next one's turn */
  remove(dial: QueuedDial, isFirst: boolean): void {
    dial.queue = undefined;
    this.#waiting.delete(dial);
    if (this.#waiting.size === 0) {
      clearTimeout(this.#timer);
      this.#onEmpty();
    } else if (isFirst) {
      this.#pause = SHORTEST;
      this.#tryFirst();
    }
  }

  /** At a random time within the pause, so that the processes whose clients wait do not keep to one order. */
  #tryLater(): void {
    this.#timer = setTimeout(this.#tryFirst, SHORTEST + Math.random() * (this.#pause - SHORTEST));
  }

  readonly #tryFirst = (): void => {
    const [first] = this.#waiting;
    first?.begin();
  };
}

class QueuedDial implements Dial {
  /** When it gives up. */
  readonly ends: number;
  /** While it waits for room. */
  queue: AcceptQueue | undefined;
  readonly #queues: AcceptQueues;
  readonly #endpoint: PathEndpoint;
  readonly #done: DialDone;
  /** While it is being tried. */
  #dial: Dial | undefined;

  constructor(queues: AcceptQueues, endpoint: PathEndpoint, timeout: number, done: DialDone) {
    this.#queues = queues;
    this.#endpoint = endpoint;
    this.#done = done;
    this.ends = performance.now() + timeout;
  }

  /** Tries it. One whose time is over is tried, too: the process may have been too busy to try it before. */
  begin(): void {
    const left = Math.max(this.ends - performance.now(), SHORTEST);
    this.#dial = this.#queues.engine.dial(this.#endpoint, left, this.#answered);
  }

  giveUp(): void {
    this.#done(new ConnectError('EAGAIN', this.#endpoint));
  }

  cancel(): void {
    const dial = this.#dial;
    this.#dial = undefined;
    dial?.cancel();
    this.queue?.remove(this, dial !== undefined);
  }

  readonly #answered = (result: Upstream | ConnectError): void => {
    this.#dial = undefined;
    const { queue } = this;
    if (!(result instanceof ConnectError) || result.code !== 'EAGAIN') {
      queue?.remove(this, true);
      this.#done(result);
    } else if (queue) queue.isFull();
    else if (this.ends <= performance.now()) this.#done(result);
    else this.#queues.queueFor(this.#endpoint).add(this);
  };
}
