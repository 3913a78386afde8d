// Case 7: a controller in each format that Node runs decides who comes in. Clients from 127.0.1.x are the unwelcome ones.
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { command, startBalancer, type TestBalancer, temporaryFolder } from './support/balancer.ts';
import { clientSocket } from './support/clients.ts';
import { echoTarget, listed } from './support/targets.ts';
import { outcome, outcomeOf } from './support/turned-away.ts';
import { until } from './support/wait.ts';

const UNWELCOME = '127.0.1.7';
const WELCOME = '127.0.2.7';
/** Types for Node 20 don't know it. */
const stripsTypes = Boolean((process.features as { typescript?: unknown }).typescript);
const MIDDLEWARE_PACKAGE = fileURLToPath(new URL('../../../packages/middleware', import.meta.url));

/** The example of LoadBalancer.js 0.9.26, with its `...` filled in. */
const README_EXAMPLE = `module.exports.run = function (balancer) {
  balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, function (socket, next) {
    // You can use whatever logic you want in order to decide whether or 
    // not to process this connection
    if (!socket.remoteAddress.includes('127.0.1.')) {
      // Allow connection to go through
      next();
    } else {
      // Block connection
      next('Blocked connection from client with IP: ' + socket.remoteAddress);
    }
  });
};
`;

const COMMONJS = `
module.exports.run = (balancer) => {
  balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, (socket, next) => {
    next(socket.clientAddress.startsWith('127.0.1.') && 'unwelcome');
  });
};
`;

/** Async: it reads a file about each connection. */
const ES_MODULE = `
import { readFile } from 'node:fs/promises';

export function run(balancer) {
  balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, async (socket, next) => {
    const prefix = await readFile(new URL('./unwelcome.txt', import.meta.url), 'utf8');
    next(socket.clientAddress.startsWith(prefix) ? new Error('unwelcome') : undefined);
  });
}
`;

const TOP_LEVEL_AWAIT = `
import { readFile } from 'node:fs/promises';

const prefix = await readFile(new URL('./unwelcome.txt', import.meta.url), 'utf8');

export default {
  async run(balancer) {
    balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, (socket, next) => {
      next(socket.clientAddress.startsWith(prefix) ? 'unwelcome' : undefined);
    });
  },
};
`;

const READY_MADE = `
import { deny } from '@lb/middleware';

export default function run(balancer) {
  balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, deny(['127.0.1.0/24']));
}
`;

const TYPESCRIPT = `
interface Client {
  readonly clientAddress: string;
}
type Middleware = (socket: Client, next: (reason?: string) => void) => void;
interface Balancer {
  readonly MIDDLEWARE_CONNECTION: 'connection';
  addMiddleware(type: 'connection', middleware: Middleware): void;
}

export function run(balancer: Balancer): void {
  balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, (socket: Client, next) => {
    next(socket.clientAddress.startsWith('127.0.1.') ? 'unwelcome' : undefined);
  });
}
`;

/** A folder with a controller and what it needs: a file that it reads, and @lb/middleware installed. */
async function controllerFile(name: string, text: string): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'unwelcome.txt'), '127.0.1.');
  await mkdir(join(folder, 'node_modules', '@lb'), { recursive: true });
  await symlink(MIDDLEWARE_PACKAGE, join(folder, 'node_modules', '@lb', 'middleware'), 'dir');
  return join(folder, name);
}

async function startWith(name: string, text: string, config: object = {}): Promise<TestBalancer> {
  const targets = listed([await echoTarget('a')]);
  const balancerControllerPath = await controllerFile(name, text);
  return startBalancer({ targets, balancerControllerPath, balancerCount: 1, ...config });
}

/** The lines of the log about blocked connections. */
function blockedLines(balancer: TestBalancer): string[] {
  return balancer.log.filter(({ msg }) => msg.startsWith('blocked a connection')).map(({ msg }) => msg);
}

const CONTROLLERS: [name: string, how: string, text: string, reason: string][] = [
  ['balancer.js', 'from an old README', README_EXAMPLE, `Blocked connection from client with IP: ${UNWELCOME}`],
  ['balancer.cjs', 'in CommonJS', COMMONJS, 'unwelcome'],
  ['balancer.mjs', 'as an async ES module', ES_MODULE, 'unwelcome'],
  ['balancer.mjs', 'with a top-level await', TOP_LEVEL_AWAIT, 'unwelcome'],
  ['balancer.mjs', 'with the ready-made deny', READY_MADE, `${UNWELCOME} is on the list of denied addresses`],
];
if (stripsTypes) CONTROLLERS.push(['balancer.ts', 'in TypeScript', TYPESCRIPT, 'unwelcome']);

it.each(CONTROLLERS)('a controller %s %s blocks one range and admits the rest', async (name, _how, text, reason) => {
  const balancer = await startWith(name, text);
  const { port } = balancer;
  expect(await Promise.all([UNWELCOME, WELCOME].map((address) => outcome(port, address)))).toEqual(['end', 'a']);
  expect(await outcome(port, UNWELCOME, 'x'.repeat(200_000))).toBe('end');
  expect(await outcome(port, WELCOME, 'x'.repeat(200_000))).toBe('a');
  expect((await balancer.status()).counters).toMatchObject({ accepted: 4, blocked: 2, unserved: 0 });
  await until('the log to say why', () => blockedLines(balancer).includes(`blocked a connection: ${reason}`));
});

it('a blocked client sees a clean end although it has sent much and looks late', async () => {
  const balancer = await startWith('balancer.mjs', ES_MODULE);
  const socket = clientSocket(balancer.port, UNWELCOME);
  socket.pause();
  socket.write('x'.repeat(200_000));
  await until('the client to be blocked', async () => (await balancer.status()).counters.blocked === 1);
  expect(await outcomeOf(socket)).toBe('end');
});

if (!stripsTypes) {
  it('a controller in TypeScript, which this Node does not run, stops the start with the reason', async () => {
    const file = await controllerFile('balancer.ts', TYPESCRIPT);
    const folder = await temporaryFolder();
    const config = { sourcePort: 0, sourceHost: '127.0.0.1', targets: [{ host: '127.0.0.1', port: 9 }] };
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, balancerControllerPath: file }));
    const { code, stderr } = await command(folder, 'run');
    expect(code).toBe(1);
    expect(stderr).toContain(`${file} is TypeScript, which this Node (${process.version}) does not run`);
    expect(stderr).toContain('Use Node 22.18 or later');
  });
}

it('middleware that throws blocks, and is logged once for each connection', async () => {
  const balancer = await startWith(
    'balancer.cjs',
    `module.exports.run = (balancer) => {
      balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, (socket, next) => {
        if (socket.clientAddress.startsWith('127.0.1.')) throw new Error('out of order');
        next();
      });
    };`,
  );
  expect(await outcome(balancer.port, UNWELCOME)).toBe('end');
  expect(await outcome(balancer.port, WELCOME)).toBe('a');
  expect((await balancer.status()).counters).toMatchObject({ accepted: 2, blocked: 1 });
  const errors = () => balancer.log.filter(({ level, msg }) => level === 'error' && msg.includes('out of order'));
  await until('the log to say why', () => errors().length > 0);
  expect(errors()).toHaveLength(1);
});

it('middleware that never answers is given up after admitTimeout', async () => {
  const balancer = await startWith(
    'balancer.cjs',
    `module.exports.run = (balancer) => {
      balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, (socket, next) => {
        if (!socket.clientAddress.startsWith('127.0.1.')) next();
      });
    };`,
    { admitTimeout: 300 },
  );
  expect(await outcome(balancer.port, UNWELCOME)).toBe('end');
  expect(await outcome(balancer.port, WELCOME)).toBe('a');
  await until('the log to say why', () =>
    blockedLines(balancer).some((line) => line.includes('admitTimeout (300 ms)')),
  );
});
