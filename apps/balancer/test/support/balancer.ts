// The built command, as a process, with a config and a runtime folder of its own.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { StatusDocument } from '@lb/cli';
import { ended, later, spawned } from './cleanup.ts';
import { statusOf } from './control-socket.ts';
import { HERE, type Network } from './network.ts';
import { until } from './wait.ts';

export const BIN = fileURLToPath(new URL('../../bin/loadbalancer.js', import.meta.url));

export interface LogLine {
  readonly level: string;
  readonly role: string;
  readonly pid: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface TestBalancer {
  readonly folder: string;
  readonly port: number;
  readonly pid: number;
  readonly log: readonly LogLine[];
  /** What its processes have written to standard error so far. */
  errors(): string;
  /** What `status --json` says of it, once all workers have their part in that, without the weight of a command. */
  status(): Promise<StatusDocument>;
  command(...args: string[]): Promise<CommandResult>;
  /** Sends SIGTERM and waits. @returns the exit code */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

export interface CommandResult {
  readonly code: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An empty folder, removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lb-e2e-'));
  later(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a command of `loadbalancer` in a folder, to its end. */
export async function command(folder: string, ...args: string[]): Promise<CommandResult> {
  const child = spawned(process.execPath, [BIN, ...args], {
    cwd: folder,
    env: environment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
  await new Promise((resolve) => child.once('close', resolve));
  return { code: child.exitCode ?? child.signalCode, stdout, stderr };
}

export interface Surroundings {
  /** With what earlier balancers have left there. @default one of its own */
  readonly folder?: string;
  readonly network?: Network;
}

/** `loadbalancer run` with this config, accepting connections on a port of the system's choice unless one is given. */
export async function startBalancer(
  config: object,
  files: Record<string, string> = {},
  { folder: given, network = HERE }: Surroundings = {},
): Promise<TestBalancer> {
  const folder = given ?? (await temporaryFolder());
  const engine = process.env.TEST_ENGINE ?? 'auto';
  const complete = { sourcePort: 0, sourceHost: '127.0.0.1', engine, ...config };
  await writeFile(join(folder, 'config.json'), JSON.stringify(complete));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const child = spawned(...network.enter(process.execPath, BIN, 'run'), {
    cwd: folder,
    env: environment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: LogLine[] = [];
  let stderr = '';
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    if (line.startsWith('{')) log.push(JSON.parse(line));
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
  const ready = await until('the balancer to accept connections', () => {
    if (child.exitCode !== null) throw new Error(`the balancer ended with ${child.exitCode}: ${stderr}`);
    return log.find((line) => line.msg.includes('accepts connections'));
  });
  return {
    folder,
    port: ready.port as number,
    pid: child.pid as number,
    log,
    errors: () => stderr,
    command: (...args) => command(folder, ...args),
    status: () => statusOf({ folder }),
    stop: (signal = 'SIGTERM') => ended(child, signal),
  };
}

function environment(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, LOADBALANCER_RUNTIME_DIR: join(folder, 'runtime') };
}
