// Many clients that come and go: each has up to four connections at a time, leaves for a while, and comes back, sometimes only
// after its session is over. What became of every connection is kept for the checker.
import { connect, type Socket } from 'node:net';
import type { Chance } from './chance.ts';
import { later } from './cleanup.ts';
import { clientAddress } from './clients.ts';
import { until } from './wait.ts';

/** Times are in ms, as `Date.now()`. */
export interface FleetConnection {
  readonly client: string;
  readonly begun: number;
  /** When its target greeted it. */
  readonly greeted: number | undefined;
  /** The target that greeted it. */
  readonly target: string | undefined;
  /** When the client began to end it, or found that it was cut. */
  readonly ended: number;
  /** Why it was cut: the system's code or a word of how it ended. Absent when the client ended it, after its answer. */
  readonly failure: string | undefined;
}

export interface FleetOptions {
  readonly port: number;
  readonly clients: number;
  /** ms. Some clients stay away for longer than that. */
  readonly sessionExpiry: number;
  readonly chance: Chance;
}

/** Connections of a client at a time. */
const AT_ONCE = 4;
/** Of a client that leaves: how likely it is to stay away until its session is over. */
const LONG_ABSENCE = 0.25;
/** ms for which a client waits for an answer. */
const PATIENCE = 10_000;

export class Fleet {
  readonly connections: FleetConnection[] = [];
  readonly #options: FleetOptions;
  readonly #open = new Map<Socket, () => void>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #begun = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    later(() => {
      this.#stop();
      for (const socket of this.#open.keys()) socket.destroy();
    });
    for (let n = 0; n < options.clients; n += 1) this.#after(options.chance.between(0, 2000), () => this.#visit(n));
  }

  /** How many connections have been begun. */
  get begun(): number {
    return this.#begun;
  }

  /** Waits until this many more connections have been begun. */
  async goesOn(more: number): Promise<void> {
    const goal = this.#begun + more;
    await until(`${more} more connections to be begun`, () => this.#begun >= goal);
  }

  /** Begins no more, ends all, and waits for their ends. */
  async end(): Promise<readonly FleetConnection[]> {
    this.#stop();
    for (const leave of this.#open.values()) leave();
    await until('the last connections to end', () => this.#open.size === 0);
    return this.connections;
  }

  #visit(n: number): void {
    const { chance, sessionExpiry } = this.#options;
    const client = clientAddress(n);
    const open = new Set<Socket>();
    let left = Math.floor(chance.between(1, 8));
    const step = (): void => {
      if (left > 0 && open.size < AT_ONCE) {
        left -= 1;
        const socket = this.#connect(client, chance.between(50, 3000), chance.happens(0.25));
        open.add(socket);
        socket.once('close', () => open.delete(socket));
      }
      if (left > 0 || open.size > 0) return this.#after(chance.between(100, 1500), step);
      const absence = chance.happens(LONG_ABSENCE) ? sessionExpiry * chance.between(1, 1.5) : chance.between(0, 2000);
      this.#after(absence, () => this.#visit(n));
    };
    step();
  }

  /** @param stay ms for which it is used @param isPolite whether it ends in order, rather than by a reset */
  #connect(client: string, stay: number, isPolite: boolean): Socket {
    this.#begun += 1;
    const begun = Date.now();
    const question = `question ${this.#begun}\n`;
    let heard = '';
    let target: string | undefined;
    let greeted: number | undefined;
    let isLeaving = false;
    let isOver = false;
    const socket = connect({ port: this.#options.port, host: '127.0.0.1', localAddress: client });
    const over = (failure?: string): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      this.connections.push({ client, begun, greeted, target, ended: Date.now(), failure });
      if (isPolite && failure === undefined) socket.end();
      else socket.resetAndDestroy();
    };
    const leaveIfAnswered = (): void => {
      if (isLeaving && heard === `${target}\n${question}`) over();
    };
    const leave = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => over('unanswered'), PATIENCE);
      isLeaving = true;
      leaveIfAnswered();
    };
    let timer = setTimeout(leave, stay);
    this.#open.set(socket, leave);
    socket.setEncoding('latin1').on('data', (text) => {
      heard += text;
      if (target === undefined && heard.includes('\n')) {
        target = heard.slice(0, heard.indexOf('\n'));
        greeted = Date.now();
        socket.write(question);
      }
      leaveIfAnswered();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => over(error.code));
    socket.on('end', () => over('ended'));
    socket.on('close', () => {
      this.#open.delete(socket);
      over('closed');
    });
    return socket;
  }

  #after(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
  }

  #stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
