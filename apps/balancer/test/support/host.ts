// A place to run balancers in the background: a folder with configs and logs, and a runtime folder of its own.
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StatusDocument } from '@lb/cli';
import { expect } from 'vitest';
import { BIN, type CommandResult, type LogLine, temporaryFolder } from './balancer.ts';
import { later, spawned } from './cleanup.ts';
import { currentStatuses, isWhole } from './control-socket.ts';
import { HERE, type Network } from './network.ts';
import { processesOf, signal } from './runtime-processes.ts';
import { until } from './wait.ts';

export interface Host {
  readonly folder: string;
  readonly runtime: string;
  /** Runs `loadbalancer` to its end. */
  command(...args: string[]): Promise<CommandResult>;
  /** Starts `loadbalancer` and doesn't wait. */
  spawn(...args: string[]): ChildProcess;
  /** Writes a file into the working directory; an object as JSON. @returns its path */
  write(name: string, content: object | string): Promise<string>;
  /** `start` with this config, which must go well. @returns the status of the new balancer */
  start(config: object, name?: string): Promise<StatusDocument>;
  /** The balancers that `list --json` shows, once all workers have their part in that, without the weight of a command. */
  list(): Promise<StatusDocument[]>;
  log(name?: string): Promise<LogLine[]>;
  /** What is in the runtime folder, beside the files that outlive a balancer. */
  sockets(): string[];
  /** All processes that were started here and still run. */
  processes(): number[];
  /** Waits until nothing that was started here runs any more. */
  quiet(): Promise<void>;
}

export interface HostOptions extends Pick<SpawnOptions, 'uid' | 'gid'> {
  /** @default a temporary one */
  readonly folder?: string;
  /** The runtime folder's name in it. @default runtime */
  readonly runtime?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly node?: string;
  readonly bin?: string;
  readonly network?: Network;
}

/** The runtime folders in use. A test runner that is stopped itself leaves nothing running either. */
const hosts = new Set<string>();
process.on('exit', () => {
  for (const runtime of hosts) killAll(runtime);
});

/** Whatever still runs here after the test is killed. */
export async function host(options: HostOptions = {}): Promise<Host> {
  const {
    folder = await temporaryFolder(),
    env,
    node = process.execPath,
    bin = BIN,
    network = HERE,
    uid,
    gid,
  } = options;
  const runtime = join(folder, options.runtime ?? 'runtime');
  const spawn = (...args: string[]): ChildProcess =>
    spawned(...network.enter(node, bin, ...args), {
      cwd: folder,
      env: { ...process.env, LOADBALANCER_RUNTIME_DIR: runtime, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    });
  const processes = (): number[] => processesOf(runtime);
  hosts.add(runtime);
  later(async () => {
    await until('all that was started here to be gone', () => killAll(runtime) === 0);
    hosts.delete(runtime);
  });

  const self: Host = {
    folder,
    runtime,
    spawn,
    processes,
    command: (...args) => outcome(spawn(...args)),
    async write(name, content) {
      const path = join(folder, name);
      await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    },
    async start(config, name = 'config.json') {
      const path = await self.write(name, config);
      const { code, stdout, stderr } = await self.command('start', '--config', name);
      // The error output is the message of a failure: it says why the command could not start the balancer.
      expect({ code, stdout }, stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('Started balancer') });
      const started = (await self.list()).find(({ configPath }) => configPath === path);
      return started as StatusDocument;
    },
    list: () =>
      until('the status of all workers', async () => {
        const balancers = await currentStatuses(runtime);
        return balancers.every(isWhole) && balancers;
      }),
    async log(name = 'loadbalancer.out') {
      const text = await readFile(join(folder, name), 'utf8');
      return text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    },
    sockets() {
      try {
        return readdirSync(runtime).filter((name) => !name.endsWith('.state'));
      } catch {
        return [];
      }
    },
    quiet: async () => {
      await until('all processes to be gone', () => processes().length === 0);
    },
  };
  return self;
}

/** @returns how many there were */
function killAll(runtime: string): number {
  const left = processesOf(runtime);
  for (const pid of left) signal(pid, 'SIGKILL');
  return left.length;
}

/** Waits for a process's end. */
export async function outcome(child: ChildProcess): Promise<CommandResult> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
  await new Promise((resolve) => child.once('close', resolve));
  return { code: child.exitCode ?? child.signalCode, stdout, stderr };
}
