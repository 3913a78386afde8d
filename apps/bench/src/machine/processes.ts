// The processes that this one has started: each is ended by its id, with its descendants, whatever happens.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { processTree } from './process-tree.ts';

/** Ours and the others end within it; 0.9.26 never does while a connection is open. */
const PATIENCE = 1500;
const POLL_INTERVAL = 20;
const KEPT_OUTPUT = 20_000;

const running = new Set<Started>();

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that stays until it is stopped. */
export class Started {
  readonly child: ChildProcess;
  readonly pid: number;
  output = '';
  #ended: string | undefined;

  constructor(child: ChildProcess) {
    this.child = child;
    this.pid = child.pid ?? 0;
    child.once('error', (error) => {
      this.#ended = error.message;
      running.delete(this);
    });
    child.once('exit', (code, signal) => {
      this.#ended = String(signal ?? `exit code ${code}`);
      running.delete(this);
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-KEPT_OUTPUT);
      });
    }
    running.add(this);
  }

  /** Why it has ended, if it has. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** Resolves when it and its descendants are gone. */
  async stop(): Promise<void> {
    if (this.#ended !== undefined) return;
    const tree = processTree(this.pid);
    signalTo(this.pid, 'SIGTERM');
    const deadline = Date.now() + PATIENCE;
    while (this.#ended === undefined && Date.now() < deadline) await delay(POLL_INTERVAL);
    const left = new Set([...tree, ...(this.#ended === undefined ? processTree(this.pid) : [])]);
    if (this.#ended !== undefined) left.delete(this.pid);
    for (const pid of left) signalTo(pid, 'SIGKILL');
    while (this.#ended === undefined) await delay(POLL_INTERVAL);
  }
}

/** Starts a process in a group of its own, so that Ctrl-C reaches it through this one only. */
export function start(command: string, args: readonly string[], options: SpawnOptions = {}): Started {
  return new Started(spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], ...options }));
}

/** Runs a process to its end. @throws when it can't be started or takes longer than `timeout` ms */
export async function run(command: string, args: readonly string[], timeout: number): Promise<Outcome> {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const started = new Started(child);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (text) => (stdout += text));
  child.stderr?.on('data', (text) => (stderr += text));
  const code = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => {
      void started.stop();
      reject(new Error(`${command} took longer than ${timeout / 1000} s`));
    }, timeout);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (status) => {
      clearTimeout(timer);
      resolve(status ?? -1);
    });
  });
  return { code, stdout, stderr };
}

/** For the last moment: at once, without waiting. */
export function killAll(): void {
  for (const { pid } of running) for (const one of processTree(pid).reverse()) signalTo(one, 'SIGKILL');
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    if (pid > 0) process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}
