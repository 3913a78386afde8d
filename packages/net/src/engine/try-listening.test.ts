// Whether an address can be listened on, on real ones.
import { execFile } from 'node:child_process';
import { createServer, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { later } from '../testing/cleanup.ts';
import { TestListener } from '../testing/test-listener.ts';
import { tryListening } from './try-listening.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '::', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it.each(['::', '127.0.0.1'])('leaves a free port of %s free', async (host) => {
  const port = await freePort();
  await tryListening(host, port);
  await tryListening(host, port);
});

it.each(['::', '127.0.0.1', '0.0.0.0'])('refuses a port that somebody listens on, for %s', async (host) => {
  const { port } = TestListener.open();
  await expect(tryListening(host, port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

it('refuses an address that is not of this machine', async () => {
  await expect(tryListening('192.0.2.1', 0)).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
});

it.runIf(process.platform === 'linux')('accepts no client', async () => {
  const port = await freePort();
  const module = fileURLToPath(new URL('../../dist/engine/try-listening.js', import.meta.url));
  const script = `import { tryListening } from ${JSON.stringify(module)};
    for (let count = 0; count < 2_000; count += 1) await tryListening('127.0.0.1', ${port});`;
  let isDone = false;
  const done = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]).finally(() => {
    isDone = true;
  });
  later(() => done.catch(() => {}));
  let accepted = 0;
  while (!isDone) accepted += await connects(port);
  await done;
  expect(accepted).toBe(0);
});

function connects(port: number): Promise<0 | 1> {
  return new Promise((resolve) => {
    const socket = new Socket().connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(1)).once('error', () => resolve(0));
    socket.once('connect', () => socket.destroy());
  });
}
