// The end of a primary, by death or by order: its workers serve whoever waits, let connections end, and leave; a new primary
// finds nothing in its way.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from './support/balancer.ts';
import { later } from './support/cleanup.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { currentStatus } from './support/control-socket.ts';
import { allGreeted, connectedClients, type HeldClient } from './support/held-clients.ts';
import { host } from './support/host.ts';
import { lastingPort } from './support/ports.ts';
import { pause } from './support/processes.ts';
import { processesOf, signal } from './support/runtime-processes.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

it('serves all who wait when the primary is killed, lets connections end, and leaves no process', async () => {
  const target = await echoTarget('a');
  const balancer = await startBalancer({ targets: listed([target]), balancerCount: 4, shutdownTimeout: 30_000 });
  const held = await connectedClients(balancer.port, 20);
  await allGreeted(held);
  const { workers } = await balancer.status();
  const pids = workers.map(({ pid }) => pid as number);
  await Promise.all(pids.map(pause));
  const waiting = await connectedClients(balancer.port, 200, 100);

  await balancer.stop('SIGKILL');
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  await allGreeted(waiting);
  await refused(balancer.port);
  await Promise.all([...held, ...waiting].map((client, n) => client.talk(`after the death ${n}`)));
  expect(processesOf(runtimeOf(balancer)).sort()).toEqual(pids.sort());

  for (const { socket } of [...held, ...waiting]) socket.end();
  await gone(balancer);
  expect(await ends([...held, ...waiting])).toEqual(new Set(['ended']));
});

it('ends connections that outlast shutdownTimeout after the death of the primary', async () => {
  const target = await echoTarget('a');
  const balancer = await startBalancer({ targets: listed([target]), balancerCount: 2, shutdownTimeout: 500 });
  const held = await connectedClients(balancer.port, 10);
  await allGreeted(held);
  await balancer.stop('SIGKILL');
  expect(await ends(held)).toEqual(new Set(['ECONNRESET']));
  await gone(balancer);
});

it('leaves no worker behind that was only starting', async () => {
  const controller = `
    const { existsSync, writeFileSync } = require('node:fs');
    const { join } = require('node:path');
    module.exports.run = async () => {
      setInterval(() => {}, 1000);
      if (!existsSync(join(__dirname, 'slow'))) return;
      writeFileSync(join(__dirname, 'loading'), '');
      await new Promise(() => {});
    };
  `;
  const target = await echoTarget('a');
  const balancer = await startBalancer(
    { targets: listed([target]), balancerCount: 2, balancerControllerPath: 'controller.cjs' },
    { 'controller.cjs': controller },
  );
  later(() => {
    for (const pid of processesOf(runtimeOf(balancer))) signal(pid, 'SIGKILL');
  });
  const { workers } = await balancer.status();
  await writeFile(join(balancer.folder, 'slow'), '');
  process.kill(workers[0]?.pid as number, 'SIGKILL');
  await until('a successor to load its controller', () => existsSync(join(balancer.folder, 'loading')));
  await balancer.stop('SIGKILL');
  await gone(balancer);
});

it('serves all who wait when it is asked to stop', async () => {
  const target = await echoTarget('a');
  const balancer = await startBalancer({ targets: listed([target]), balancerCount: 4, shutdownTimeout: 30_000 });
  const pids = (await balancer.status()).workers.map(({ pid }) => pid as number);
  await Promise.all(pids.map(pause));
  const waiting = await connectedClients(balancer.port, 200);
  const end = balancer.stop('SIGTERM');
  await until('the order to stop', () => balancer.log.find(({ msg }) => msg.startsWith('SIGTERM')));
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  await allGreeted(waiting);
  await refused(balancer.port);
  await Promise.all(waiting.map((client, n) => client.talk(`at the stop ${n}`)));
  for (const { socket } of waiting) socket.end();
  expect(await end).toBe(0);
});

it('lets connections end also when the primary is killed while it stops', async () => {
  const target = await echoTarget('a');
  const balancer = await startBalancer({ targets: listed([target]), balancerCount: 2, shutdownTimeout: 30_000 });
  const held = await connectedClients(balancer.port, 10);
  await allGreeted(held);
  process.kill(balancer.pid, 'SIGTERM');
  await refused(balancer.port);
  await balancer.stop('SIGKILL');
  await until('the workers to notice', () => {
    const noticed = balancer.log.filter(({ msg }) => msg.startsWith('the primary is gone')).map(({ pid }) => pid);
    return processesOf(runtimeOf(balancer)).every((pid) => noticed.includes(pid));
  });
  await Promise.all(held.map((client, n) => client.talk(`after the death ${n}`)));
  for (const { socket } of held) socket.end();
  await gone(balancer);
});

it('lets connections end also when a worker sends something to a primary that has just died', async () => {
  const target = await echoTarget('a');
  const controller = `
    module.exports.run = (balancer) => {
      balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, (socket, next) => {
        if (socket.clientAddress === '${clientAddress(100)}') {
          const primary = process.ppid;
          process.kill(primary, 'SIGKILL');
          while (process.ppid === primary);
          balancer.setTargets(${JSON.stringify(listed([target]))});
        }
        next();
      });
    };
  `;
  const balancer = await startBalancer(
    { targets: listed([target]), balancerCount: 1, shutdownTimeout: 30_000, balancerControllerPath: 'controller.cjs' },
    { 'controller.cjs': controller },
  );
  const held = await connectedClients(balancer.port, 3);
  await allGreeted(held);
  const killer = await connectedClients(balancer.port, 1, 100);
  await allGreeted(killer);
  await Promise.all([...held, ...killer].map((client, n) => client.talk(`after the death ${n}`)));
  for (const { socket } of [...held, ...killer]) socket.end();
  await gone(balancer);
});

it('starts again in the same runtime folder', async () => {
  const target = await echoTarget('a');
  const config = { sourcePort: await lastingPort(), targets: listed([target]), balancerCount: 2 };
  const killed = await startBalancer(config);
  await killed.stop('SIGKILL');
  await gone(killed);
  expect(existsSync(join(runtimeOf(killed), '0.sock'))).toBe(true);

  const next = await startBalancer(config, {}, { folder: killed.folder });
  expect(await whoServes(next.port, clientAddress(0))).toBe('a');
  expect(await next.status()).toMatchObject({ index: 0, pid: next.pid });
  expect(await next.stop()).toBe(0);
  expect(existsSync(join(runtimeOf(killed), '0.sock'))).toBe(false);
});

it('has a new primary under start, on the same port, while old connections go on', async () => {
  const target = await echoTarget('a');
  const home = await host();
  const { pid, sourcePort, supervisorPid } = await home.start({
    sourcePort: await lastingPort(),
    sourceHost: '127.0.0.1',
    targets: listed([target]),
    balancerCount: 2,
    shutdownTimeout: 30_000,
  });
  const held = await connectedClients(sourcePort, 10);
  await allGreeted(held);
  process.kill(pid, 'SIGKILL');
  const next = await until('a new primary', async () => {
    const status = await currentStatus(home.runtime);
    return status?.pid !== pid && status;
  });
  expect(next).toMatchObject({ index: 0, sourcePort, supervisorPid });
  expect(await whoServes(sourcePort, clientAddress(100))).toBe('a');
  await Promise.all(held.map((client, n) => client.talk(`after the death ${n}`)));
  for (const { socket } of held) socket.end();
  expect((await home.command('stop')).code).toBe(0);
  await home.quiet();
});

function runtimeOf({ folder }: TestBalancer): string {
  return join(folder, 'runtime');
}

async function gone(balancer: TestBalancer): Promise<void> {
  await until('all processes to be gone', () => processesOf(runtimeOf(balancer)).length === 0);
}

/** How the connections of these came to their ends, once all of them have. */
async function ends(clients: readonly HeldClient[]): Promise<Set<string | undefined>> {
  await until('the connections to end', () => clients.every(({ over }) => over !== undefined));
  return new Set(clients.map(({ over }) => over));
}

/** Waits until nobody listens any more. */
async function refused(port: number): Promise<void> {
  await until('the port to be closed', () =>
    whoServes(port, clientAddress(1000)).then(
      () => false,
      (error) => error.code === 'ECONNREFUSED',
    ),
  );
}
