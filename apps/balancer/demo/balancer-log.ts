// What the balancer writes, line by line: JSON made readable, kept back until the demo runs.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const KEPT = 20;

export class LogLines {
  readonly #say: (line: string) => void;
  readonly #closed: Promise<unknown>;
  #lines: string[] = [];
  #live = false;

  constructor(child: ChildProcess, say: (line: string) => void) {
    this.#say = say;
    const readers = [child.stdout, child.stderr].flatMap((stream) => stream && createInterface({ input: stream }));
    for (const reader of readers) reader?.on('line', (line) => this.#add(readable(line)));
    this.#closed = Promise.all(readers.map((reader) => reader && once(reader, 'close')));
  }

  goLive(): void {
    this.#live = true;
  }

  mute(): void {
    this.#live = false;
  }

  /** The last lines, once there will be no more. */
  async tail(): Promise<readonly string[]> {
    await Promise.race([this.#closed, delay(1000)]);
    return this.#lines;
  }

  #add(line: string): void {
    // Every worker says what concerns all of them; once is enough here.
    if (line === '' || line === this.#lines.at(-1)) return;
    this.#lines = [...this.#lines, line].slice(-KEPT);
    if (this.#live) this.#say(`balancer: ${line}`);
  }
}

function readable(line: string): string {
  try {
    const record = JSON.parse(line) as { msg?: unknown };
    return typeof record.msg === 'string' ? record.msg : line;
  } catch {
    return line.trim();
  }
}
