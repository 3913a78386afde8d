// One target as the main process sees it: its child process, its port and its state. Not the server itself.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endChild } from './child.ts';
import type { FromTarget, Order, TargetState, TargetStatus, ToTarget } from './protocol.ts';

const SCRIPT = fileURLToPath(new URL('./target.js', import.meta.url));

export interface TargetListener {
  changed(target: TargetProcess, reason?: string): void;
  ordered(order: Order, name: string): void;
}

export class TargetProcess {
  readonly name: string;
  readonly #listener: TargetListener;
  #child: ChildProcess | null = null;
  #port = 0;
  #status: TargetStatus = 'down';
  #since = Date.now();

  constructor(name: string, listener: TargetListener) {
    this.name = name;
    this.#listener = listener;
  }

  get state(): TargetState {
    const pid = this.#child?.pid ?? null;
    return { name: this.name, port: this.#port, pid, status: this.#status, since: this.#since };
  }

  /** Does nothing unless the target is down. The first start takes any port, later ones the same again. */
  start(): void {
    if (this.#child !== null) return;
    // A group of its own, so that Ctrl-C reaches the main process alone, which ends the others in order.
    const child = fork(SCRIPT, [this.name, String(this.#port)], { detached: true, execArgv: [] });
    this.#child = child;
    let reason = 'it ended before it was listening';
    child.on('message', (message: FromTarget) => {
      if (message.type === 'order') this.#listener.ordered(message.order, message.name);
      if (message.type === 'failed') reason = message.reason;
      if (message.type === 'listening') {
        this.#port = message.port;
        this.#become('up');
      }
    });
    const ended = () => {
      if (this.#child !== child) return;
      const failed = this.#status === 'starting';
      this.#child = null;
      this.#become('down', failed ? reason : undefined);
    };
    child.once('exit', ended);
    child.once('error', (error) => {
      reason = error.message;
      if (child.pid === undefined) ended();
    });
    this.#become('starting');
  }

  /** At once and without a farewell, as a crash would. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  async end(): Promise<void> {
    if (this.#child !== null) await endChild(this.#child, 2000);
  }

  tell(message: ToTarget): void {
    if (this.#status !== 'up' || this.#child?.connected !== true) return;
    // It may be dying at this very moment; its exit says so.
    this.#child.send(message, () => {});
  }

  #become(status: TargetStatus, reason?: string): void {
    this.#status = status;
    this.#since = Date.now();
    this.#listener.changed(this, reason);
  }
}
