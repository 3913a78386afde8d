// The three targets together: who is up, orders from the page, and a last one that never stays down.
import type { DemoState, Order, ToTarget, Visitor } from './protocol.ts';
import { type TargetListener, TargetProcess } from './target-process.ts';

const NAMES = ['A', 'B', 'C'];
const START_TIMEOUT = 15_000;

/** Once all targets are down, no page can ask for one any more. */
export const REVIVAL_DELAY = 4000;

/** The state goes out at most this often. */
const TELL_INTERVAL = 100;

export class Fleet {
  readonly #say: (line: string) => void;
  readonly #targets: readonly TargetProcess[];
  #visitors: readonly Visitor[] = [];
  #revision = 0;
  #balancerPid: number | null = null;
  #revival: NodeJS.Timeout | null = null;
  #telling: NodeJS.Timeout | null = null;
  #running = false;
  #started: ((error?: Error) => void) | null = null;
  #ending = false;

  constructor(say: (line: string) => void) {
    this.#say = say;
    const listener: TargetListener = {
      changed: (target, reason) => this.#changed(target, reason),
      ordered: (order, name) => this.#obey(order, name),
    };
    this.#targets = NAMES.map((name) => new TargetProcess(name, listener));
  }

  get ports(): number[] {
    return this.#targets.map((target) => target.state.port);
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = () => this.#started?.(new Error(`no answer from the targets in ${START_TIMEOUT / 1000} seconds`));
      const timer = setTimeout(fail, START_TIMEOUT);
      this.#started = (error) => {
        clearTimeout(timer);
        this.#started = null;
        this.#running = error === undefined;
        if (error === undefined) resolve();
        else reject(error);
      };
      for (const target of this.#targets) target.start();
    });
  }

  /** A target whose parent was killed ends this process with it. */
  attachBalancer(pid: number): void {
    this.#balancerPid = pid;
    for (const target of this.#targets) target.tell({ type: 'balancer', pid });
  }

  setVisitors(visitors: readonly Visitor[]): void {
    this.#visitors = visitors;
    this.#tellSoon();
  }

  async end(): Promise<void> {
    this.#ending = true;
    if (this.#revival !== null) clearTimeout(this.#revival);
    if (this.#telling !== null) clearTimeout(this.#telling);
    await Promise.all(this.#targets.map((target) => target.end()));
  }

  #obey(order: Order, name: string): void {
    const target = this.#targets.find((candidate) => candidate.name === name);
    if (target === undefined || this.#ending) return;
    if (order === 'stop') target.kill();
    else target.start();
  }

  #changed(target: TargetProcess, reason?: string): void {
    if (this.#ending) return;
    if (this.#running) this.#report(target, reason);
    else if (target.state.status === 'down') this.#started?.(new Error(describeEnd(target.name, reason)));
    else if (this.#targets.every((each) => each.state.status === 'up')) this.#started?.();
    this.#tell();
  }

  #report(target: TargetProcess, reason?: string): void {
    const { name, status, pid, port } = target.state;
    if (status === 'up') {
      this.#say(`Target ${name} is up again on port ${port} (pid ${pid}).`);
      if (this.#balancerPid !== null) target.tell({ type: 'balancer', pid: this.#balancerPid });
    }
    if (status === 'down') {
      this.#say(`${describeEnd(name, reason)}.`);
      this.#reviveIfLast(target);
    }
  }

  #reviveIfLast(target: TargetProcess): void {
    if (this.#revival !== null) return;
    if (this.#targets.some((other) => other.state.status !== 'down')) return;
    this.#say(`No target is left, so target ${target.name} is started again in ${REVIVAL_DELAY / 1000} seconds.`);
    this.#revival = setTimeout(() => {
      this.#revival = null;
      target.start();
    }, REVIVAL_DELAY);
  }

  #tellSoon(): void {
    this.#telling ??= setTimeout(() => this.#tell(), TELL_INTERVAL);
  }

  #tell(): void {
    if (this.#telling !== null) clearTimeout(this.#telling);
    this.#telling = null;
    const message: ToTarget = { type: 'state', state: this.#state() };
    for (const target of this.#targets) target.tell(message);
  }

  #state(): DemoState {
    this.#revision = Math.max(this.#revision + 1, Date.now());
    const targets = this.#targets.map((target) => target.state);
    return { revision: this.#revision, targets, visitors: this.#visitors };
  }
}

function describeEnd(name: string, reason: string | undefined): string {
  return reason === undefined ? `Target ${name} stopped` : `Target ${name} could not be started: ${reason}`;
}
