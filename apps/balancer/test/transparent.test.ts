// Targets that see a client's own address, as root: the right to connect from it is the kernel's to give.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { command, startBalancer, temporaryFolder } from './support/balancer.ts';
import { spawned } from './support/cleanup.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { lastingPort } from './support/ports.ts';
import { until } from './support/wait.ts';

const IS_ROOT = process.getuid?.() === 0;
const STREAMS = process.env.TEST_ENGINE === 'streams';

/** Says to each client where its connection comes from. */
const MIRROR = `
  require('node:net').createServer((socket) => {
    socket.on('error', () => {});
    socket.end(socket.remoteAddress + '\\n');
  }).listen(Number(process.argv[1]), '127.0.0.1', () => process.send('listening'));
  process.on('disconnect', () => process.exit());
`;

async function mirror(): Promise<{ host: string; port: number }> {
  const port = await lastingPort();
  const started = spawned(process.execPath, ['-e', MIRROR, String(port)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let isUp = false;
  started.once('message', () => {
    isUp = true;
  });
  await until('the target to listen', () => isUp);
  return { host: '127.0.0.1', port };
}

it.skipIf(!IS_ROOT || STREAMS)('the target sees the client itself (as root)', async () => {
  const target = await mirror();
  const balancer = await startBalancer({ targets: [target], balancerCount: 2, transparent: true });
  for (const n of [0, 1, 300]) expect(await whoServes(balancer.port, clientAddress(n))).toBe(clientAddress(n));
  expect((await balancer.status()).counters).toMatchObject({ passedOver: 0, unserved: 0 });
});

it('is refused with the engine that cannot do it, before the port is opened', async () => {
  const folder = await temporaryFolder();
  const config = { sourcePort: await lastingPort(), targets: [{ host: '127.0.0.1', port: 1 }], transparent: true };
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, engine: 'streams' }));
  const { code, stderr } = await command(folder, 'run');
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('set engine to "epoll"') });
});
