// The part of the engine contract on connecting to a target.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { later } from '../../testing/cleanup.ts';
import { expectDescriptors, openDescriptors } from '../../testing/descriptors.ts';
import { posix } from '../../testing/posix.ts';
import { TestListener } from '../../testing/test-listener.ts';
import { ConnectError } from '../connect-error.ts';
import type { Engine } from '../engine.ts';
import { EngineBench, reached, refusal } from './engine-bench.ts';

const HOST = '127.0.0.1';

export function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lb-net-'));
  later(() => rmSync(folder, { recursive: true }));
  return join(folder, 'target.sock');
}

export function dialContract(engine: Engine): void {
  it('an address and port', async () => {
    const target = TestListener.open();
    const upstream = await reached(engine, { host: HOST, port: target.port });
    const accepted = await target.accept();
    upstream.close();
    expect(await accepted.ending()).toBe('end');
  });

  it('an IPv6 address', async () => {
    const target = TestListener.open({ host: '::1' });
    (await reached(engine, { host: '::1', port: target.port })).close();
    expect(await (await target.accept()).ending()).toBe('end');
  });

  it('a unix-domain socket, and relays to it', async () => {
    const bench = await EngineBench.open(engine, undefined, socketPath());
    const { client, target } = await bench.connect();
    await client.send('question');
    client.end();
    expect((await target.receiveAll()).toString()).toBe('question');
    await target.send('answer');
    target.end();
    expect((await client.receiveAll()).toString()).toBe('answer');
  });

  it('a port where nobody listens, and says that the target refused', async () => {
    const error = await refusal(engine, { host: HOST, port: TestListener.refusingPort() });
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ code: 'ECONNREFUSED', source: 'upstream', retryable: true });
  });

  it('a path where no socket is, and says so', async () => {
    expect(await refusal(engine, { path: socketPath() })).toMatchObject({ code: 'ENOENT', source: 'upstream' });
  });

  it('a target that stays silent, until the time is over', async () => {
    const { port } = await TestListener.full();
    expect(await refusal(engine, { host: HOST, port }, 30)).toMatchObject({ code: 'ETIMEDOUT', source: 'upstream' });
  });

  it('a unix-domain socket whose accept queue is full, says so immediately, and reaches it when there is room', async () => {
    const path = socketPath();
    const target = TestListener.openAt(path, 0);
    const before = openDescriptors();
    const upstream = await reached(engine, { path });
    for (let n = 0; n < 3; n += 1) {
      expect(await refusal(engine, { path })).toMatchObject({ code: 'EAGAIN', source: 'internal', retryable: true });
    }
    (await target.accept()).close();
    upstream.close();
    (await reached(engine, { path })).close();
    await expectDescriptors(before);
  });

  it('and blames this machine when there are no descriptors left', async () => {
    const { port } = TestListener.open();
    const error = await posix.withoutDescriptors(() => refusal(engine, { host: HOST, port }));
    expect(error).toMatchObject({ code: 'EMFILE' });
  });

  it('and never answers before the call has returned', async () => {
    const target = TestListener.open();
    const endpoints = [
      { host: HOST, port: target.port },
      { host: HOST, port: TestListener.refusingPort() },
      { path: socketPath() },
    ];
    for (const endpoint of endpoints) {
      let returned = false;
      const early = await new Promise((resolve) => {
        engine.dial(endpoint, 20_000, (result) => {
          if (!(result instanceof ConnectError)) result.close();
          resolve(!returned);
          engine.yieldToNode();
        });
        returned = true;
      });
      expect(early).toBe(false);
    }
  });

  it('and says nothing more once it is cancelled, and closes what it had opened', async () => {
    const silent = await TestListener.full();
    const ports = [silent.port, TestListener.open().port, TestListener.refusingPort()];
    const before = openDescriptors();
    let answers = 0;
    const count = () => {
      answers += 1;
    };
    for (const port of ports) engine.dial({ host: HOST, port }, 5, count).cancel();
    // Another dial that begins later and may take longer ends later.
    await refusal(engine, { host: HOST, port: silent.port }, 20);
    expect(answers).toBe(0);
    await expectDescriptors(before);
  });

  it('many at once, each with its own answer', async () => {
    const target = TestListener.open();
    const refusing = TestListener.refusingPort();
    const answers = await Promise.allSettled(
      Array.from({ length: 200 }, (_, n) => reached(engine, { host: HOST, port: n % 2 ? refusing : target.port })),
    );
    expect(answers.map(({ status }) => status === 'fulfilled')).toEqual(answers.map((_, n) => n % 2 === 0));
    for (const answer of answers) if (answer.status === 'fulfilled') answer.value.close();
  });
}
