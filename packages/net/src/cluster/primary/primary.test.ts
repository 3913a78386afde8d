import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../options/index.ts';
import { later } from '../../testing/cleanup.ts';
import { expectDescriptors, openDescriptors } from '../../testing/descriptors.ts';
import { FakeLog } from '../../testing/fake-log.ts';
import { client, firstLine } from '../../testing/real-servers.ts';
import { TestListener } from '../../testing/test-listener.ts';
import { until } from '../../testing/until.ts';
import { WORKERS } from '../../testing/worker-modules.ts';
import { Primary } from './primary.ts';
import type { WatchTimes } from './supervision/watchdog.ts';

async function opened(worker: keyof typeof WORKERS, more: object = {}, times: Partial<WatchTimes> = {}) {
  const log = new FakeLog();
  const { options } = resolveOptions({
    sourcePort: 0,
    sourceHost: '127.0.0.1',
    balancerCount: 3,
    engine: 'streams',
    targets: [{ host: '127.0.0.1', port: 1 }],
    ...more,
  });
  const primary = await Primary.open({ options, workerModule: WORKERS[worker], log, times });
  later(() => primary.stop(0));
  return { primary, log };
}

async function running(more?: object, times?: Partial<WatchTimes>) {
  const made = await opened('ready', more, times);
  await made.primary.serve();
  return made;
}

async function refused(port: number): Promise<boolean> {
  return firstLine(client(port)).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
  );
}

describe('a primary', { timeout: 60_000 }, () => {
  it('starts its workers, shares the connections out among them, and stops', async () => {
    const before = openDescriptors();
    const { primary } = await running();
    const indices = new Set<string | undefined>();
    let clients = 0;
    await until('each to have served somebody', async () => {
      clients += 1;
      return indices.add((await firstLine(client(primary.port))).split(' ')[0]).size === 3;
    });
    await primary.stop();
    await primary.stopped;
    expect(await refused(primary.port)).toBe(true);
    expect((await primary.status()).workers.map(({ state }) => state)).toEqual(['gone', 'gone', 'gone']);
    await expectDescriptors(before + clients + 1); // the clients', which the test closes
  });

  it('adds up what its workers say', async () => {
    const { primary } = await running();
    await until('each to serve its own listener', async () =>
      (await primary.status()).workers.every(({ listeners }) => listeners.length === 1),
    );
    expect(await primary.status()).toMatchObject({
      pid: process.pid,
      sourceHost: '127.0.0.1',
      sourcePort: primary.port,
      connections: 3,
      sessions: 6,
      counters: { accepted: 9 },
      workers: [
        { worker: 0, state: 'ready', engine: 'streams', listeners: [0] },
        { worker: 1, state: 'ready', engine: 'streams', listeners: [1] },
        { worker: 2, state: 'ready', engine: 'streams', listeners: [2] },
      ],
      targets: [{ target: '127.0.0.1:1', state: 'available', connections: 3, sessions: 3 }],
    });
  });

  it('replaces a worker that dies, and loses no connection meanwhile', async () => {
    const { primary, log } = await running();
    const { workers } = await primary.status();
    process.kill(workers[1]?.pid as number, 'SIGKILL');
    const answers = await Promise.all(Array.from({ length: 60 }, () => firstLine(client(primary.port))));
    expect(answers).toHaveLength(60);
    await until('a successor', async () => {
      const now = (await primary.status()).workers;
      return now[1]?.state === 'ready' && now[1].pid !== workers[1]?.pid && now.map(({ listeners }) => listeners);
    });
    expect((await primary.status()).workers.map(({ listeners }) => listeners)).toEqual([[0], [1], [2]]);
    expect(log.lines).toEqual([expect.stringMatching(/worker 1 died \(signal SIGKILL\) and is replaced at once/)]);
  });

  it('replaces a worker that is stopped, and that has no shared memory to beat in', async () => {
    const { primary, log } = await running({ workerTimeout: 3_000 }, { look: 300 });
    const { workers } = await primary.status();
    process.kill(workers[1]?.pid as number, 'SIGSTOP');
    await until('a successor', async () => {
      const now = (await primary.status()).workers;
      return now[1]?.state === 'ready' && now[1].pid !== workers[1]?.pid;
    });
    expect(log.lines).toEqual([
      `error: worker 1 (pid ${workers[1]?.pid}) has not responded for 3 s and is killed`,
      'error: worker 1 died (signal SIGKILL) and is replaced at once',
    ]);
  });

  it('passes on to all workers what one of them asks for', async () => {
    const { primary } = await running({
      targets: [
        { host: '127.0.0.1', port: 1 },
        { host: '127.0.0.1', port: 2 },
      ],
    });
    const speaker = client(primary.port);
    await firstLine(speaker);
    speaker.write(JSON.stringify({ type: 'suspend', host: '127.0.0.1', port: 2 }));
    await until('a suspension everywhere', async () => {
      const { targets } = await primary.status();
      return targets[0]?.state === 'available' && targets[1]?.state === 'suspended';
    });
    speaker.write(JSON.stringify({ type: 'setTargets', targets: [{ host: '127.0.0.1', port: 3, weight: 2 }] }));
    await until('the new list everywhere', async () => {
      const { targets } = await primary.status();
      return targets.length === 1 && targets[0]?.target === '127.0.0.1:3' && targets[0].connections === 3;
    });
    speaker.write(JSON.stringify({ type: 'stop' }));
    await primary.stopped;
  });

  it('does not open a port that is taken', async () => {
    await expect(opened('ready', { sourcePort: TestListener.open().port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('refuses to forward to itself under another name', async () => {
    const port = TestListener.refusingPort();
    const { options } = resolveOptions({ sourcePort: port, targets: [{ host: '192.0.2.1', port: 1 }] });
    const targets = [{ host: 'localhost', port, weight: 1 }];
    const opening = Primary.open({ options: { ...options, targets }, workerModule: WORKERS.ready, log: new FakeLog() });
    await expect(opening).rejects.toMatchObject({ code: 'OWN_ADDRESS' });
  });

  it('passes itself over under another name where it takes the place of a primary that has', async () => {
    const listener = TestListener.open();
    const { port } = listener;
    listener.close();
    const { options } = resolveOptions({
      sourcePort: port,
      sourceHost: '127.0.0.1',
      targets: [{ host: '192.0.2.1', port: 1 }],
    });
    const targets = [{ host: 'localhost', port, weight: 1 }, ...options.targets];
    const log = new FakeLog();
    const settings = { options: { ...options, targets }, workerModule: WORKERS.ready, log, isRestarted: true };
    const primary = await Primary.open(settings);
    await primary.stop();
    expect(log.lines).toEqual([
      expect.stringContaining(
        `error: target localhost:${port} is passed over while its name leads to this balancer itself`,
      ),
    ]);
  });

  it('closes its port when a worker cannot begin, and says why', async () => {
    const before = openDescriptors();
    const { primary } = await opened('failing');
    const { port } = primary;
    await expect(primary.serve()).rejects.toMatchObject({ code: 'CONTROLLER_FAILED' });
    expect(await refused(port)).toBe(true);
    await expectDescriptors(before);
  });

  it('stops when it has only opened its port', async () => {
    const { primary } = await opened('ready');
    await primary.stop();
    expect(await refused(primary.port)).toBe(true);
  });
});
