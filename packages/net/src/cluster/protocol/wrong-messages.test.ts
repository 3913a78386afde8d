// What a controller can do with the channel between its worker and the primary, by mistake.
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../options/index.ts';
import { later } from '../../testing/cleanup.ts';
import { FakeLog } from '../../testing/fake-log.ts';
import { client, firstLine } from '../../testing/real-servers.ts';
import { until } from '../../testing/until.ts';
import { WORKERS } from '../../testing/worker-modules.ts';
import { Primary } from '../primary/primary.ts';

async function running() {
  const log = new FakeLog();
  const targets = [{ host: '127.0.0.1', port: 1 }];
  const { options } = resolveOptions({ sourcePort: 0, sourceHost: '127.0.0.1', balancerCount: 2, targets });
  const primary = await Primary.open({ options, workerModule: WORKERS.astray, log });
  later(() => primary.stop(0));
  await primary.serve();
  return { primary, log };
}

/** Has a worker do it. @returns the worker's pid */
async function ask(port: number, what: string): Promise<number> {
  const speaker = client(port);
  const [, pid] = (await firstLine(speaker)).split(' ');
  speaker.write(what);
  return Number(pid);
}

const target = { host: '127.0.0.1', port: 2 };
const WRONG: readonly unknown[] = [
  null,
  'ready',
  42,
  [],
  {},
  { type: '__proto__' },
  { type: 'agreement' },
  { type: 'agreement', message: null },
  { type: 'agreement', message: { type: 'place' } },
  { type: 'agreement', message: { type: 'place', placements: [null] } },
  { type: 'agreement', message: { type: 'released' } },
  { type: 'agreement', message: { type: 'failed', target: '127.0.0.1:1', version: 0, reason: {} } },
  { type: 'status', request: 1 },
  { type: 'status', request: 1, status: { counters: {} } },
  { type: 'counted' },
  { type: 'setTargets' },
  { type: 'setTargets', targets: [] },
  { type: 'setTargets', targets: [null] },
  { type: 'setTargets', targets: [{}] },
  { type: 'setTargets', targets: [{ ...target, weight: -1 }] },
  { type: 'setTargets', targets: [{ ...target, host: 'http://a' }] },
  { type: 'suspend' },
  { type: 'suspend', host: '127.0.0.1', port: null },
  // As Node sends them itself, about sockets that are sent along.
  { cmd: 'NODE_HANDLE_ACK' },
  { cmd: 'NODE_HANDLE_NACK' },
];

/** Of the right shape, but about what there isn't. */
const ASTRAY: readonly object[] = [
  { type: 'agreement', message: { type: 'place', placements: [['__proto__', 'constructor']] } },
  { type: 'agreement', message: { type: 'held', check: 9, clientKeys: ['toString'] } },
  { type: 'agreement', message: { type: 'prepared', epoch: 2 ** 40 } },
  { type: 'agreement', message: { type: 'failed', target: 'constructor', version: 7 } },
  { type: 'agreement', message: { type: 'reached', target: '__proto__', version: 0 } },
  { type: 'suspend', host: 'constructor', port: 1 },
  { type: 'session', request: 77 },
  { type: 'ready', port: 1 },
];

describe('a message of a worker', { timeout: 60_000 }, () => {
  it('is dropped when it is wrong, with a word on its sender', async () => {
    const { primary, log } = await running();
    const before = (await primary.status()).workers.map(({ pid }) => pid);
    for (const message of [...WRONG, ...ASTRAY]) await ask(primary.port, JSON.stringify(message));
    await until('the log to have it', () => log.lines.length > 0);
    const { workers, targets } = await primary.status();
    expect(workers.map(({ pid }) => pid)).toEqual(before);
    expect(targets).toMatchObject([{ target: '127.0.0.1:1', state: 'available' }]);
    for (const line of log.lines) {
      expect(line).toMatch(
        /^warn: dropped a message of worker (\d), pid (\d+): it.*\. A controller must not use process\.send\.$/,
      );
    }
    // The others of that second are counted.
    expect(log.lines.length).toBeLessThan(WRONG.length);
  });

  it('is dropped with the socket that comes along, which is closed', async () => {
    const { primary, log } = await running();
    const speaker = client(primary.port);
    await firstLine(speaker);
    const ended = once(speaker, 'end');
    speaker.write('socket');
    await ended;
    expect(log.lines[0]).toContain('it has a socket or a server with it');
  });
});

it('a worker whose channel a controller closes leaves its listener to another one, and has a successor when it ends', async () => {
  const { primary } = await running();
  const lost = await ask(primary.port, 'disconnect');
  await until('the others to serve', async () => {
    const { workers } = await primary.status();
    const listeners = workers.map((worker) => worker.listeners);
    return workers.some(({ pid }) => pid === lost) ? listeners.some(({ length }) => length === 2) : true;
  });
  process.kill(lost, 'SIGKILL');
  await until('a successor', async () => {
    const { workers } = await primary.status();
    return workers.every(({ pid, state, listeners }) => pid !== lost && state === 'ready' && listeners.length === 1);
  });
}, 60_000);
