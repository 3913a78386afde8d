// Every way to end a balancer, and what happens to open connections meanwhile.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { startBalancer } from './support/balancer.ts';
import { clientAddress, clientSocket, targetName, whoServes } from './support/clients.ts';
import { host, outcome } from './support/host.ts';
import { lastingPort } from './support/ports.ts';
import { isGone, pidsOf, signal } from './support/runtime-processes.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

/** ms, far longer than a test may take: as long as an option may be. */
const FOR_EVER = 8_640_000_000;

it('lets open connections end, takes no new ones, and returns when all is gone', async () => {
  const { place, balancer, client } = await startWithClient(FOR_EVER);
  const stopping = outcome(place.spawn('stop'));
  await until('new clients to be refused', () => refused(balancer.sourcePort));
  client.write('still here');
  await until('the echo', () => client.heard().includes('still here'));
  client.end();
  expect(await stopping).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Stopped balancer 0') });
  expect(pidsOf(balancer).filter((pid) => !isGone(pid))).toEqual([]);
  expect(place.sockets()).toEqual([]);
});

it('ends open connections after shutdownTimeout', async () => {
  const { place, balancer, client } = await startWithClient(200);
  const { code, stdout } = await place.command('stop', '0');
  expect(code).toBe(0);
  expect(stdout).toBe('Balancer 0 waits up to 0.2 s for 1 open connection\nStopped balancer 0\n');
  expect(pidsOf(balancer).filter((pid) => !isGone(pid))).toEqual([]);
  await client.gone;
});

it('is stopped by SIGTERM to its supervisor, and at once by a second one', async () => {
  const { place, balancer } = await startWithClient(FOR_EVER);
  const supervisor = balancer.supervisorPid as number;
  signal(supervisor, 'SIGTERM');
  await until('new clients to be refused', () => refused(balancer.sourcePort));
  expect(isGone(balancer.pid)).toBe(false);
  // What comes within a second of the first one counts as one with it.
  await until('the supervisor to be gone', () => {
    signal(supervisor, 'SIGTERM');
    return isGone(supervisor);
  });
  expect(pidsOf(balancer).filter((pid) => !isGone(pid))).toEqual([]);
  expect(place.sockets()).toEqual([]);
  expect((await place.log()).map(({ msg }) => msg)).toEqual(
    expect.arrayContaining(['SIGTERM: stopping; once more to stop at once', 'SIGTERM: stopping at once', 'stopped']),
  );
});

it('is started again on the same port when its primary is killed, and can be stopped then', async () => {
  const target = await echoTarget('a');
  const place = await host();
  const config = { sourcePort: await lastingPort(), balancerCount: 1, targets: listed([target]) };
  const before = await place.start(config);
  signal(before.pid, 'SIGKILL');
  const after = await until('the next primary', async () => (await place.list()).find(({ pid }) => pid !== before.pid));
  await until('it to accept connections', async () => !(await refused(config.sourcePort)));
  expect(after).toMatchObject({ index: 0, sourcePort: config.sourcePort, supervisorPid: before.supervisorPid });
  expect(await whoServes(config.sourcePort, clientAddress(0))).toBe('a');
  await until("the dead primary's workers to leave", () => before.workers.every(({ pid }) => isGone(pid as number)));
  expect(await place.command('stop')).toEqual({ code: 0, stdout: 'Stopped balancer 0\n', stderr: '' });
  expect(place.processes()).toEqual([]);
  expect(place.sockets()).toEqual([]);
});

it('stays stopped when it is asked to stop while it is being started again', async () => {
  const target = await echoTarget('a');
  const place = await host();
  // A controller that never gets ready keeps the second primary at its start.
  const controller = 'module.exports.run = () => require("node:fs").existsSync("slow") && new Promise(() => {});';
  await place.write('controller.js', controller);
  const before = await place.start({
    sourcePort: await lastingPort(),
    balancerCount: 1,
    targets: listed([target]),
    balancerControllerPath: 'controller.js',
  });
  await place.write('slow', '');
  signal(before.pid, 'SIGKILL');
  await until('the next primary', async () => (await place.list()).find(({ pid }) => pid !== before.pid));
  const stdout = expect.stringContaining('Stopped balancer 0\n');
  expect(await place.command('stop')).toEqual({ code: 0, stdout, stderr: '' });
  expect(place.processes()).toEqual([]);
  expect(place.sockets()).toEqual([]);
});

it.each(['SIGTERM', 'SIGINT'] as const)('under `run` lets open connections end on %s, and exits 0', async (name) => {
  const target = await echoTarget('a');
  const config = { targets: listed([target]), balancerCount: 2, shutdownTimeout: FOR_EVER };
  const balancer = await startBalancer(config);
  const socket = clientSocket(balancer.port, clientAddress(0));
  expect(await targetName(socket)).toBe('a');
  const stopped = balancer.stop(name);
  await until('new clients to be refused', () => refused(balancer.port));
  const echo = once(socket, 'data');
  socket.write('still here');
  expect(String(await echo)).toBe('still here');
  socket.end();
  expect(await stopped).toBe(0);
  expect((await balancer.command('list')).stdout).toBe('No balancer is running.\n');
});

it('under `run` does not wait after a second signal', async () => {
  const target = await echoTarget('a');
  const config = { targets: listed([target]), balancerCount: 1, shutdownTimeout: FOR_EVER };
  const balancer = await startBalancer(config);
  const socket = clientSocket(balancer.port, clientAddress(0));
  await targetName(socket);
  const gone = connectionEnd(socket);
  const stopped = balancer.stop('SIGTERM');
  await until('the first signal to be heard', () =>
    balancer.log.some(({ msg }) => msg.startsWith('SIGTERM: stopping;')),
  );
  await until('its end', () => {
    signal(balancer.pid, 'SIGINT');
    return isGone(balancer.pid);
  });
  expect(await stopped).toBe(0);
  await gone;
});

it('lets open connections end when all of its processes get the signal, as from a service manager', async () => {
  const { balancer, client } = await startWithClient(FOR_EVER);
  const pids = pidsOf(balancer);
  for (const pid of pids) signal(pid, 'SIGTERM');
  await until('new clients to be refused', () => refused(balancer.sourcePort));
  client.write('still here');
  await until('the echo', () => client.heard().includes('still here'));
  client.end();
  await until('all to be gone', () => pids.every(isGone));
});

/** A balancer in the background with one client that is being served. */
async function startWithClient(shutdownTimeout: number) {
  const target = await echoTarget('a');
  const place = await host();
  const balancer = await place.start({
    sourcePort: await lastingPort(),
    sourceHost: '127.0.0.1',
    balancerCount: 2,
    shutdownTimeout,
    targets: listed([target]),
  });
  const socket = clientSocket(balancer.sourcePort, clientAddress(0));
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  const gone = connectionEnd(socket);
  expect(await targetName(socket)).toBe('a');
  const client = {
    heard: () => text,
    write: (data: string) => socket.write(data),
    end: () => socket.end(),
    gone,
  };
  return { place, balancer, client };
}

/** Resolves when the other side has ended or reset a connection. */
function connectionEnd(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['end', 'close']) socket.once(event, () => resolve());
  });
}

async function refused(port: number): Promise<boolean> {
  const socket = clientSocket(port, clientAddress(1));
  const isRefused = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(false));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
  });
  socket.destroy();
  return isRefused;
}
