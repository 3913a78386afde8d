// A log that nobody reads must not cost a connection: what a pipe, a socket or a terminal doesn't take is dropped and counted.
import { type ChildProcess, execFileSync, type StdioOptions } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BIN } from './support/balancer.ts';
import { ended, later, spawned } from './support/cleanup.ts';
import { whoServes } from './support/clients.ts';
import { currentStatus, isWhole } from './support/control-socket.ts';
import { allGreeted, connectedClients } from './support/held-clients.ts';
import { type Host, host } from './support/host.ts';
import { echoTarget, listed } from './support/targets.ts';
import { outcome } from './support/turned-away.ts';
import { eventually, until } from './support/wait.ts';

/** Elsewhere there is no binding to libc, and writing to the log may wait. */
const onLinux = it.runIf(process.platform === 'linux');

const CHATTY = '127.0.77.77';
const LENGTH = 4_000;
/** Writes a lot about one client, to both of its streams, and blocks it. */
const CONTROLLER = `
  module.exports.run = (balancer) => balancer.addMiddleware('connection', (socket, next) => {
    if (socket.clientAddress !== '${CHATTY}') return next();
    for (let n = 0; n < 200; n += 1) {
      console.log('o'.repeat(${LENGTH}));
      console.error('e'.repeat(${LENGTH}));
    }
    next('no');
  });
`;

onLinux('serves on when nobody reads the pipe of the log, and says later how many lines were dropped', async () => {
  const place = await prepared();
  const [out, err] = [fullPipe(place, 'out'), fullPipe(place, 'err')];
  const child = run(place, ['ignore', out.end, err.end]);
  await servesOn(place);

  const kinds = new Set<string>();
  await eventually(() => {
    err.lines();
    for (const line of out.lines()) kinds.add(line.startsWith('{') ? kindOf(JSON.parse(line).msg) : line);
    kinds.delete('blocked a connection');
    // Those that were written are whole.
    expect([...kinds].sort()).toEqual([
      '#'.repeat(LENGTH),
      'N lines of standard error were dropped',
      'N log lines were dropped',
      'balancer N accepts connections on port N',
      'o'.repeat(LENGTH),
    ]);
  });
  expect(await ended(child, 'SIGTERM')).toBe(0);
});

onLinux('serves on and ends when nobody reads the socket of the log', async () => {
  const place = await prepared();
  const child = run(place, ['ignore', 'pipe', 'pipe']);
  await servesOn(place);
  expect(await ended(child, 'SIGTERM')).toBe(0);
});

it('serves on and ends when the reader of the log is gone', async () => {
  const place = await prepared();
  const child = run(place, ['ignore', 'pipe', 'pipe']);
  for (const stream of [child.stdout, child.stderr]) stream?.destroy();
  await servesOn(place);
  expect(await ended(child, 'SIGTERM')).toBe(0);
});

onLinux('serves on when the terminal that shows the log stands still', async () => {
  const place = await prepared();
  const { end } = fullPipe(place, 'out');
  const command = `"${process.execPath}" "${BIN}" run`;
  const script = run(place, ['ignore', end, end], 'script', ['-qec', command, '/dev/null']);
  await servesOn(place);
  expect(script.exitCode).toBe(null);
});

onLinux('serves on when nobody reads the named pipe that start logs to', async () => {
  const place = await prepared();
  fullPipe(place, 'log');
  expect(await place.command('start', '--log-file', 'log')).toMatchObject({ code: 0, stderr: '' });
  await servesOn(place);
  expect(await place.command('stop')).toMatchObject({ code: 0, stderr: '' });
});

/** A place for a balancer of one worker. */
async function prepared(): Promise<Host> {
  const place = await host();
  await place.write('controller.cjs', CONTROLLER);
  await place.write('config.json', {
    sourcePort: 0,
    sourceHost: '127.0.0.1',
    engine: process.env.TEST_ENGINE ?? 'auto',
    balancerCount: 1,
    balancerControllerPath: 'controller.cjs',
    targets: listed([await echoTarget('a')]),
  });
  return place;
}

function run(place: Host, stdio: StdioOptions, command = process.execPath, args = [BIN, 'run']): ChildProcess {
  const env = { ...process.env, LOADBALANCER_RUNTIME_DIR: place.runtime };
  return spawned(command, args, { cwd: place.folder, env, stdio });
}

/** Fills all that the log goes through, and expects that the balancer does all it is for. */
async function servesOn({ runtime }: Host): Promise<void> {
  const status = () =>
    until('the balancer to answer', async () => {
      const answer = await currentStatus(runtime);
      return answer && isWhole(answer) && answer.workers[0]?.state === 'ready' && answer;
    });
  const { sourcePort, workers } = await status();
  const held = await connectedClients(sourcePort, 1);
  await allGreeted(held);
  for (let n = 0; n < 4; n += 1) expect(['end', 'ECONNRESET']).toContain(await outcome(sourcePort, CHATTY));
  expect(await whoServes(sourcePort, '127.0.0.1')).toBe('a');
  await held[0]?.talk('still there');
  held[0]?.socket.destroy();
  expect((await status()).workers.map(({ pid }) => pid)).toEqual(workers.map(({ pid }) => pid));
}

interface Pipe {
  /** To write to. */
  readonly end: number;
  /** What can be read at once; the beginning of a line is kept for the next time. */
  lines(): string[];
}

/** A named pipe in which there is no room. */
function fullPipe(place: Host, name: string): Pipe {
  const path = join(place.folder, name);
  execFileSync('mkfifo', [path]);
  const reading = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  const end = fs.openSync(path, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK);
  later(() => {
    for (const fd of [reading, end]) fs.closeSync(fd);
  });
  while (attempt(() => fs.writeSync(end, `${'#'.repeat(LENGTH)}\n`)) === LENGTH + 1);
  let rest = '';
  return {
    end,
    lines() {
      const piece = Buffer.alloc(65_536);
      const length = attempt(() => fs.readSync(reading, piece));
      const lines = (rest + piece.toString('latin1', 0, length)).split('\n');
      rest = lines.pop() ?? '';
      return lines;
    },
  };
}

/** 0 where a call would have to wait. */
function attempt(call: () => number): number {
  try {
    return call();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}

/** A message without its numbers and its reason. */
function kindOf(message: string): string {
  return message.replace(/\d+/g, 'N').replace(/: (no|the reader of the log was too slow)$/, '');
}
