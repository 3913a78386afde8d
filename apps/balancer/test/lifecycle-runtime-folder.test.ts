// Where the control socket is to be: a folder that can't hold it is refused before the port is opened, and `run` can do without.
import { chownSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BIN, startBalancer } from './support/balancer.ts';
import { later, spawned } from './support/cleanup.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { type Host, host, outcome } from './support/host.ts';
import { CAN_SEPARATE } from './support/own-network.ts';
import { lastingPort } from './support/ports.ts';
import { echoTarget, listed } from './support/targets.ts';

const TARGETS = [{ host: '127.0.0.1', port: 9 }];
const ANOTHER = /LOADBALANCER_RUNTIME_DIR to a(nother folder| folder of yours)/;

it.each([
  [
    'cannot be made',
    () => '/proc/none',
    /^Error: The folder \/proc\/none for the control socket cannot be made: ENOENT/,
  ],
  [
    'is a file',
    (place: Host) => join(place.folder, 'config.json'),
    /is meant for control sockets, but it is not a folder/,
  ],
  ['has too long a path', (place: Host) => join(place.folder, 'x'.repeat(100)), /is too long for control sockets/],
  ['is a link', linkIn, /is meant for control sockets, but it is not a folder itself/],
])('refuses a folder that %s before it opens the port', async (_, folderIn, reason) => {
  const place = await host();
  const { port } = await takenPort();
  await place.write('config.json', { sourcePort: port, sourceHost: '127.0.0.1', balancerCount: 1, targets: TARGETS });
  const env = { LOADBALANCER_RUNTIME_DIR: folderIn(place) };
  const there = await host({ folder: place.folder, env });
  for (const command of ['run', 'start']) {
    const { code, stderr } = await there.command(command);
    // That the port is taken isn't said: nobody has tried it.
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(reason) });
    expect(stderr).toMatch(ANOTHER);
  }
});

it.runIf(CAN_SEPARATE)('refuses a folder of a file system that is only to be read', async () => {
  const place = await host();
  const { port } = await takenPort();
  await place.write('config.json', { sourcePort: port, sourceHost: '127.0.0.1', balancerCount: 1, targets: TARGETS });
  mkdirSync(place.runtime);
  const script = 'mount -t tmpfs -o ro,mode=700 none runtime && exec "$@"';
  const run = ['--mount', 'sh', '-c', script, 'sh', process.execPath, BIN, 'run'];
  const env = { ...process.env, LOADBALANCER_RUNTIME_DIR: place.runtime };
  const child = spawned('unshare', run, { cwd: place.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const { code, stderr } = await outcome(child);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Error: The folder .+ cannot hold control sockets: .*EROFS/);
  expect(stderr).toMatch(ANOTHER);
});

it.runIf(process.getuid?.() === 0)('asks nobody in a folder of another user', async () => {
  const place = await host();
  mkdirSync(place.runtime, { mode: 0o755 });
  chownSync(place.runtime, 12_345, 12_345);
  let isAsked = false;
  const server = createServer((socket) => {
    isAsked = true;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(join(place.runtime, '0.sock'), resolve));
  later(() => server.close());
  await place.write('config.json', { sourcePort: await lastingPort(), balancerCount: 1, targets: TARGETS });
  for (const command of ['list', 'status', 'stop', 'reload', 'run', 'start']) {
    const { code, stdout, stderr } = await place.command(command);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`${place.runtime} is meant for control sockets, but it belongs to uid 12345`);
  }
  expect(isAsked).toBe(false);
});

it('leaves alone what is no socket in its folder', async () => {
  const target = await echoTarget('a');
  const place = await host();
  mkdirSync(join(place.runtime, '0.sock'), { recursive: true, mode: 0o700 });
  mkdirSync(join(place.runtime, '4.sock'));
  writeFileSync(join(place.runtime, '5.sock'), '');
  const config = { sourcePort: await lastingPort(), balancerCount: 1, targets: listed([target]) };
  const { index, sourcePort } = await place.start({ ...config, sourceHost: '127.0.0.1' });
  expect(index).toBe(1);
  expect(await whoServes(sourcePort, clientAddress(0))).toBe('a');
  expect(await place.command('stop')).toEqual({ code: 0, stdout: 'Stopped balancer 1\n', stderr: '' });
  expect(place.sockets()).toEqual(['0.sock', '4.sock', '5.sock']);
});

it('does without a control socket under `run`, and not under `start`', async () => {
  const target = await echoTarget('a');
  const balancer = await startBalancer({ targets: listed([target]), balancerCount: 1, controlSocket: false });
  expect(await whoServes(balancer.port, clientAddress(0))).toBe('a');
  expect(existsSync(join(balancer.folder, 'runtime'))).toBe(false);
  const { code, stdout, stderr } = await balancer.command('start');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(
    'sets "controlSocket" to false, but a balancer that "loadbalancer start" has put into the background',
  );
  expect(existsSync(join(balancer.folder, 'loadbalancer.out'))).toBe(false);
  expect(await balancer.stop()).toBe(0);
});

function linkIn({ folder }: Host): string {
  mkdirSync(join(folder, 'real'), { mode: 0o700 });
  symlinkSync(join(folder, 'real'), join(folder, 'link'));
  return `${join(folder, 'link')}/`;
}

/** Whoever tries to open it says so. */
async function takenPort(): Promise<{ port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => server.close());
  return server.address() as AddressInfo;
}
