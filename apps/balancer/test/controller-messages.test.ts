// A controller that uses its process's channel, or names that JavaScript knows, by mistake: the balancer serves on.
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from './support/balancer.ts';
import { later } from './support/cleanup.ts';
import { clientAddress, clientSocket, whoServes } from './support/clients.ts';
import { heardByAll, statusOf } from './support/control-socket.ts';
import { isGone, signal } from './support/runtime-processes.ts';
import { echoTarget, listed } from './support/targets.ts';
import { eventually, until } from './support/wait.ts';

const CLIENTS = 20;
/** The client whose connections make the controller act. */
const OPERATOR = '127.0.200.1';

async function start(action: (target: { host: string; port: number }) => string): Promise<TestBalancer> {
  const target = await echoTarget('a');
  const controller = `
    module.exports.run = (balancer) => {
      balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, (socket, next) => {
        if (socket.clientAddress === '${OPERATOR}') { ${action(target)} }
        next();
      });
    };
  `;
  const config = { targets: listed([target]), balancerCount: 2, shutdownTimeout: 500 };
  return startBalancer({ ...config, balancerControllerPath: 'balancer.cjs' }, { 'balancer.cjs': controller });
}

async function everybodyIsServed({ port }: TestBalancer): Promise<void> {
  const clients = Array.from({ length: CLIENTS }, (_, n) => clientAddress(n));
  const names = await Promise.all(clients.map((address) => whoServes(port, address)));
  expect(new Set(names)).toEqual(new Set(['a']));
}

it('drops what a controller sends to the primary, and says who has sent it', async () => {
  const balancer = await start(
    () => `
      for (const message of [null, 'ready', 42, {}, { type: 'agreement', message: null }, { type: 'status', request: 1 }]) {
        process.send(message);
      }
      process.send({ type: 'setTargets', targets: [{}] });
    `,
  );
  const pids = (await statusOf(balancer)).workers.map(({ pid }) => pid);
  expect(await whoServes(balancer.port, OPERATOR)).toBe('a');
  const line = await until('the log to have it', () => balancer.log.find(({ msg }) => msg.startsWith('dropped')));
  expect(line).toMatchObject({ level: 'warn', role: 'primary', pid: balancer.pid });
  expect(pids).toContain(line.workerPid);
  await everybodyIsServed(balancer);
  expect((await statusOf(balancer)).workers.map(({ pid }) => pid)).toEqual(pids);
});

it('setTargets takes names that JavaScript knows for names of hosts', async () => {
  const names = ['constructor', 'toString', '__proto__'];
  const balancer = await start(({ host, port }) => {
    const others = names.map((name) => ({ host: name, port: 1 }));
    return `balancer.setTargets(${JSON.stringify([...others, { host, port }])}); balancer.deactivateTarget('__proto__', 1);`;
  });
  const pids = (await statusOf(balancer)).workers.map(({ pid }) => pid);
  expect(await whoServes(balancer.port, OPERATOR)).toBe('a');
  await eventually(async () => expect((await statusOf(balancer)).targets).toHaveLength(4));
  await heardByAll(balancer);
  await everybodyIsServed(balancer);
  expect((await statusOf(balancer)).workers.map(({ pid }) => pid)).toEqual(pids);
  const { stdout } = await balancer.command('sessions', clientAddress(1));
  expect(stdout).toContain('goes to');
});

it.each(['process.disconnect()', 'process.exit(0)'])('%s ends the worker alone, which is replaced', async (action) => {
  const balancer = await start(() => action);
  const pids = (await statusOf(balancer)).workers.map(({ pid }) => pid);
  clientSocket(balancer.port, OPERATOR);
  await until('a successor', async () => {
    const { workers } = await statusOf(balancer);
    return workers.every(({ state }) => state === 'ready') && workers.some(({ pid }) => !pids.includes(pid));
  });
  await heardByAll(balancer);
  await everybodyIsServed(balancer);
  const { workers } = await statusOf(balancer);
  expect(workers.filter(({ pid }) => pids.includes(pid))).toHaveLength(1);
});

it('ends a worker with its primary, although Node waits for the primary to take a handle that a controller has sent', async () => {
  const balancer = await start(() => "process.send({}, require('node:net').createServer().listen('./handle.sock'));");
  const pids = (await statusOf(balancer)).workers.map(({ pid }) => pid as number);
  later(() => {
    for (const pid of pids) if (!isGone(pid)) signal(pid, 'SIGKILL');
  });
  signal(balancer.pid, 'SIGSTOP');
  expect(await whoServes(balancer.port, OPERATOR)).toBe('a');
  signal(balancer.pid, 'SIGKILL');
  await until('the end of all workers', () => pids.every(isGone));
});
