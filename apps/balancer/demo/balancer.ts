// The balancer of the demo: the real command line, in the foreground, as a child. Nothing of it is imported.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LogLines } from './balancer-log.ts';
import { endChild, hasEnded } from './child.ts';
import { HEALTH_PATH, TARGET_HEADER } from './paths.ts';

const COMMAND = fileURLToPath(new URL('../../bin/loadbalancer.js', import.meta.url));
const READY_TIMEOUT = 20_000;
const TRY_INTERVAL = 50;

export const WORKERS = 2;
export const SESSION_EXPIRY = 10_000;

/** The address of the new config file. */
export async function writeConfig(dir: string, port: number, targets: readonly number[]): Promise<string> {
  const config = {
    sourcePort: port,
    sourceHost: '127.0.0.1',
    balancerCount: WORKERS,
    targetDeactivationDuration: 3000,
    sessionExpiry: SESSION_EXPIRY,
    targets: targets.map((target) => ({ host: '127.0.0.1', port: target })),
  };
  const file = join(dir, 'config.json');
  await writeFile(file, JSON.stringify(config, null, 2));
  return file;
}

export class Balancer {
  readonly #child: ChildProcess;
  readonly #log: LogLines;

  constructor(config: string, say: (line: string) => void) {
    this.#child = spawn(process.execPath, [COMMAND, 'run', '--config', config], {
      cwd: dirname(config),
      // A group of its own, so that Ctrl-C reaches it once only, from us.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#log = new LogLines(this.#child, say);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Until a target has answered through it. */
  async ready(port: number): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT;
    while (!(await answers(port))) {
      if (hasEnded(this.#child)) throw new Error(await this.#whyEnded());
      if (Date.now() > deadline) throw new Error(`the balancer did not answer within ${READY_TIMEOUT / 1000} seconds`);
      await delay(TRY_INTERVAL);
    }
    this.#log.goLive();
  }

  /** Resolves with a reason if it ends without being asked. */
  async ended(): Promise<string> {
    if (!hasEnded(this.#child)) await new Promise((resolve) => this.#child.once('exit', resolve));
    return this.#whyEnded();
  }

  end(): Promise<void> {
    this.#log.mute();
    return endChild(this.#child, 12_000);
  }

  async #whyEnded(): Promise<string> {
    const { exitCode, signalCode } = this.#child;
    const said = await this.#log.tail();
    return [`the balancer ended (${signalCode ?? `exit code ${exitCode}`})`, ...said].join('\n    ');
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: HEALTH_PATH, agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.headers[TARGET_HEADER] !== undefined);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
