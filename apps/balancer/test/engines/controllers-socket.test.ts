// Controllers of LoadBalancer.js 0.9.26 that use more of the socket than its addresses, and more of the balancer than its methods.
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from '../support/balancer.ts';
import { clientSocket, targetName, whoServes } from '../support/clients.ts';
import { echoTarget, listed } from '../support/targets.ts';
import { outcome } from '../support/turned-away.ts';
import { eventually, until } from '../support/wait.ts';

const CLIENT = '127.0.1.7';

/** In the style of its time: a CommonJS script, not strict. */
async function startWith(script: string, balancerCount = 1): Promise<TestBalancer> {
  const targets = listed([await echoTarget('a')]);
  const config = { targets, balancerCount, balancerControllerPath: './balancer.js' };
  return startBalancer(config, { 'balancer.js': `module.exports.run = function (balancer) {${script}};` });
}

/** The reasons that the log gives for blocked connections. */
function reasons({ log }: TestBalancer): unknown[] {
  return log.filter(({ reason }) => reason !== undefined).map(({ reason }) => reason);
}

it('counts the open connections of an address with the close event, of blocked and of relayed ones', async () => {
  const balancer = await startWith(`
    var open = {};
    balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, function (socket, next) {
      var who = socket.remoteAddress;
      open[who] = (open[who] || 0) + 1;
      socket.once('close', function () { open[who] -= 1; });
      next(open[who] > 2 ? 'too many from ' + who : undefined);
    });`);
  const held = [clientSocket(balancer.port, CLIENT), clientSocket(balancer.port, CLIENT)];
  for (const socket of held) expect(await targetName(socket)).toBe('a');
  for (let n = 0; n < 5; n += 1) expect(await outcome(balancer.port, CLIENT)).toBe('end');
  expect(await whoServes(balancer.port, '127.0.1.8')).toBe('a');
  held[0]?.destroy();
  await until('its place to be free', async () => (await outcome(balancer.port, CLIENT)) === 'a');
  held[1]?.resetAndDestroy();
  await until('both places to be free', async () => {
    const both = await Promise.all([outcome(balancer.port, CLIENT), outcome(balancer.port, CLIENT)]);
    return both.every((name) => name === 'a');
  });
});

it('calls a listener for close that goes on asynchronously', async () => {
  const balancer = await startWith(`
    var closed = 0;
    balancer.addMiddleware('connection', function (socket, next) {
      if (closed > 0) return next('closed ' + closed);
      socket.on('close', async function () { await null; closed += 1; });
      next();
    });`);
  expect(await whoServes(balancer.port, CLIENT)).toBe('a');
  await until('it to be called', async () => (await outcome(balancer.port, CLIENT)) === 'end');
  await eventually(() => expect(reasons(balancer)).not.toEqual([]));
});

it('ends idle connections by setTimeout and destroy, and leaves others alone', async () => {
  const balancer = await startWith(`
    balancer.addMiddleware('connection', function (socket, next) {
      socket.setKeepAlive(true, 30000);
      socket.setNoDelay(true);
      if (socket.clientAddress === '${CLIENT}') {
        socket.setTimeout(200, function () { socket.destroy(); });
      }
      next();
    });`);
  const other = clientSocket(balancer.port, '127.0.1.8');
  expect(await targetName(other)).toBe('a');
  await once(clientSocket(balancer.port, CLIENT).resume(), 'end');
  other.write('still there\n');
  await new Promise((resolve) => other.once('data', resolve));
  await eventually(async () => expect((await balancer.status()).connections).toBe(1));
});

it.each([
  ['end', 'end'],
  ['destroy', 'end'],
  ['resetAndDestroy', 'ECONNRESET'],
])('%s() closes a connection that has not been answered, and next() comes too late', async (method, seen) => {
  const balancer = await startWith(`
    balancer.addMiddleware('connection', function (socket, next) {
      if (socket.clientAddress !== '${CLIENT}') return next(socket.destroyed);
      socket.on('close', function () { next(); });
      socket.${method}();
    });`);
  expect(await outcome(balancer.port, CLIENT, '')).toBe(seen);
  expect(await whoServes(balancer.port, '127.0.1.8')).toBe('a');
  expect((await balancer.status()).counters).toMatchObject({ accepted: 2, middlewareFailed: 0, unserved: 0 });
});

it('has the addresses and the properties that 0.9.26 had', async () => {
  const balancer = await startWith(`
    balancer.addMiddleware('connection', function (socket, next) {
      next(JSON.stringify({
        address: socket.address(),
        remote: [socket.remoteAddress, typeof socket.remotePort, socket.remoteFamily],
        lookup: balancer.activeTargetsLookup,
        targets: balancer.targets,
        settings: [balancer.sourcePort, balancer.sessionExpiry, balancer.stickiness, balancer.downgradeToUser || null],
        controller: [balancer.balancerControllerPath, typeof balancer.balancerController.run],
      }));
    });`);
  expect(await outcome(balancer.port, CLIENT)).toBe('end');
  await until('the log to have it', () => reasons(balancer).length > 0);
  const [target] = (await balancer.status()).targets;
  const [, port] = (target?.target ?? '').split(':');
  expect(JSON.parse(reasons(balancer)[0] as string)).toEqual({
    address: { address: '127.0.0.1', family: 'IPv4', port: balancer.port },
    remote: [CLIENT, 'number', 'IPv4'],
    lookup: { [`127.0.0.1:${port}`]: 1 },
    targets: [{ host: '127.0.0.1', port: Number(port), weight: 1 }],
    settings: [balancer.port, 30_000, true, null],
    controller: [`${balancer.folder}/balancer.js`, 'function'],
  });
});

it('names middleware that throws for every connection in the log and in the status', async () => {
  const balancer = await startWith(
    `balancer.addMiddleware('connection', function (socket, next) {
      socket.once('data', function () { next(); });
    });`,
    2,
  );
  for (let n = 1; n <= 12; n += 1) expect(await outcome(balancer.port, `127.0.1.${n}`)).toBe('end');
  const error =
    "socket.on('data') is not possible in a balancer's middleware: the balancer does not read what clients send";
  const { counters, middlewareFailure } = await balancer.status();
  expect(counters).toMatchObject({ accepted: 12, blocked: 12, middlewareFailed: 12 });
  expect(middlewareFailure).toEqual({ inARow: 12, lastError: expect.stringContaining(`MiddlewareError: ${error}`) });
  expect((await balancer.command('status')).stdout).toContain(
    'Middleware:  it threw for 12 connections, which it blocked, among them the latest 12 in a row; last error: MiddlewareError: ',
  );
  const [line] = balancer.log.filter(({ level }) => level === 'error');
  expect(line).toMatchObject({ client: '127.0.1.1', msg: expect.stringContaining(`middleware threw: ${error}`) });
});

it('survives a listener that throws, and says so', async () => {
  const balancer = await startWith(`
    balancer.addMiddleware('connection', function (socket, next) {
      socket.on('close', function () { throw new Error('out of order'); });
      next();
    });`);
  const { pid } = (await balancer.status()).workers[0] ?? {};
  for (let n = 1; n <= 3; n += 1) expect(await whoServes(balancer.port, CLIENT)).toBe('a');
  await until('the log to say so', () =>
    balancer.log.some(({ msg }) => msg.endsWith('answered for a connection: out of order')),
  );
  expect((await balancer.status()).workers[0]?.pid).toBe(pid);
});

it('refuses a type of middleware that does not exist, and names the known one', async () => {
  const start = startWith(`balancer.addMiddleware(balancer.MIDDLEWARE_REQUEST, function () {});`);
  await expect(start).rejects.toThrow(/undefined is no type of middleware. The only type is "connection"/);
});
