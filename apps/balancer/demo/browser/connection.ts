/// <reference lib="dom" />
// One socket.io connection over one transport: who serves it, how fast, and how long a fail-over took. Draws nothing.
import { io, type Socket } from 'socket.io-client';
import type { DemoState, Hello, PageEvents, TargetEvents } from '../protocol.ts';

const ECHO_INTERVAL = 1000;
const ECHO_TIMEOUT = 4000;

export interface Arrival {
  readonly target: string;
  readonly previous: string | null;
  /** From the loss of the previous connection; null for the first one. */
  readonly afterMs: number | null;
}

export interface Sample {
  readonly target: string;
  readonly ms: number;
}

export interface ConnectionListener {
  arrived(connection: Connection, arrival: Arrival): void;
  state(state: DemoState): void;
  changed(connection: Connection): void;
}

export class Connection {
  readonly transport: 'polling' | 'websocket';
  readonly label: string;
  readonly samples: Sample[] = [];
  target: string | null = null;
  pid: number | null = null;
  messages = 0;
  readonly #socket: Socket<TargetEvents, PageEvents>;
  readonly #listener: ConnectionListener;
  #previous: string | null = null;
  #lostAt: number | null = null;

  constructor(transport: 'polling' | 'websocket', label: string, listener: ConnectionListener) {
    this.transport = transport;
    this.label = label;
    this.#listener = listener;
    const retry = { reconnectionDelay: 50, reconnectionDelayMax: 500, timeout: 5000 };
    this.#socket = io({ transports: [transport], forceNew: true, ...retry });
    this.#socket.on('hello', (hello) => this.#arrive(hello));
    this.#socket.on('state', (state) => listener.state(state));
    this.#socket.on('disconnect', () => this.#lose());
    setInterval(() => void this.#echo(), ECHO_INTERVAL);
  }

  #arrive(hello: Hello): void {
    const afterMs = this.#lostAt === null ? null : Math.round(performance.now() - this.#lostAt);
    const arrival = { target: hello.name, previous: this.#previous, afterMs };
    this.target = hello.name;
    this.pid = hello.pid;
    this.#previous = hello.name;
    this.#lostAt = null;
    this.#listener.arrived(this, arrival);
    this.#listener.changed(this);
    void this.#echo();
  }

  #lose(): void {
    this.target = null;
    this.pid = null;
    this.#lostAt = performance.now();
    this.#listener.changed(this);
  }

  async #echo(): Promise<void> {
    const target = this.target;
    if (target === null) return;
    const sentAt = performance.now();
    try {
      await this.#socket.timeout(ECHO_TIMEOUT).emitWithAck('echo');
    } catch {
      // Its connection was lost, and the page shows that already.
      return;
    }
    this.messages++;
    this.samples.push({ target, ms: performance.now() - sentAt });
    this.#listener.changed(this);
  }
}
