// Configs of LoadBalancer.js 0.9.26: its own example and what it tolerated, each with connections that go through.
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { later } from './support/cleanup.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { type Host, host } from './support/host.ts';
import { lastingPort } from './support/ports.ts';
import { echoTarget } from './support/targets.ts';
import { outcome } from './support/turned-away.ts';

it('runs the config and the controller of the old package', async () => {
  const target = await echoTarget('a');
  const sourcePort = await lastingPort();
  const place = await host();
  await mkdir(join(place.folder, 'package'));
  await place.write('package/config.json', {
    sourcePort,
    balancerCount: 1,
    targetDeactivationDuration: 30000,
    balancerControllerPath: '../balancer.js',
    stickiness: true,
    targets: [{ host: 'localhost', port: target.port }],
  });
  await place.write(
    'balancer.js',
    `module.exports.run = function (balancer) {
      balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, function (socket, next) {
        if (socket.remoteAddress != '::ffff:${clientAddress(1)}') next();
        else next('Blocked connection from client with IP: ' + socket.remoteAddress);
      });
    };`,
  );
  const { code, stderr } = await place.command('start', '--config', 'package/config.json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(await whoServes(sourcePort, clientAddress(0))).toBe('a');
  expect(await outcome(sourcePort, clientAddress(1), '')).toBe('end');
  expect((await place.list())[0]).toMatchObject({ workers: { length: 1 }, counters: { accepted: 2, blocked: 1 } });
});

it('takes null, "" and 0 for the default, and digits for a number', async () => {
  const target = await echoTarget('a');
  const sourcePort = await lastingPort();
  const place = await host();
  const config = {
    sourcePort: `${sourcePort}`,
    balancerCount: '1',
    targetDeactivationDuration: 0,
    sessionExpiry: null,
    sessionExpiryInterval: '',
    downgradeToUser: '',
    balancerControllerPath: null,
    targets: [{ host: '', port: `${target.port}` }],
  };
  expect(await startedWith(place, config)).toEqual([
    `sourcePort is "${sourcePort}"; taken for ${sourcePort}.`,
    'balancerCount is "1"; taken for 1.',
    'targetDeactivationDuration is 0; taken for the default, 1000, and 60000 for `deactivateTarget`.',
    'sessionExpiry is null; taken for the default, 30000 ms.',
    'sessionExpiryInterval is ""; taken for the default, 1000 ms.',
    'downgradeToUser is ""; taken for none.',
    'balancerControllerPath is null; taken for none.',
    `targets[0].port is "${target.port}"; taken for ${target.port}.`,
    'targets[0].host is ""; taken for localhost.',
  ]);
  expect(await whoServes(sourcePort, clientAddress(0))).toBe('a');
  expect((await place.list())[0]).toMatchObject({ sourcePort, sourceHost: '::', workers: { length: 1 } });
  const { stdout } = await place.command('check');
  expect(stdout).toContain('Suspends a target that fails to connect, and tries it once a second until it answers.');
  expect(stdout).toContain('for 30 s after its last connection.');
});

it('reads numbers as JavaScript does, and a path as port for a unix-domain socket', async () => {
  const sourcePort = await lastingPort();
  const place = await host();
  const path = join(place.folder, 'app.sock');
  const server = createServer((socket) => socket.on('error', () => {}).end('a\n')).listen(path);
  later(() => server.close());
  const config = {
    sourcePort: ` ${sourcePort} `,
    balancerCount: 0.5,
    sessionExpiry: 30_000.4,
    sessionExpiryInterval: -1,
    stickiness: 'true',
    targets: [{ host: 'localhost', port: path }],
  };
  expect(await startedWith(place, config)).toEqual([
    `sourcePort is " ${sourcePort} "; taken for ${sourcePort}.`,
    'balancerCount is 0.5; taken for 1.',
    'sessionExpiry is 30000.4; taken for 30000.',
    'sessionExpiryInterval is -1; taken for 1.',
    'stickiness is "true"; taken for true.',
    `targets[0].port is "${path}"; taken for path, a unix-domain socket.`,
  ]);
  expect(await whoServes(sourcePort, clientAddress(0))).toBe('a');
});

it('gives a target that is listed twice twice the share', async () => {
  const [a, b] = await Promise.all([echoTarget('a'), echoTarget('b')]);
  const sourcePort = await lastingPort();
  const place = await host();
  const [first, second] = [a, b].map(({ port }) => ({ host: '127.0.0.1', port }));
  const notices = await startedWith(place, { sourcePort, balancerCount: 1, targets: [first, second, first] });
  expect(notices).toEqual([
    `targets[2] is 127.0.0.1:${a.port} again, like targets[0]; taken for one target of weight 2.`,
  ]);
  const served = { a: 0, b: 0 };
  for (let n = 0; n < 300; n += 20) {
    const clients = Array.from({ length: 20 }, (_, at) => clientAddress(n + at));
    for (const name of await Promise.all(clients.map((client) => whoServes(sourcePort, client)))) {
      served[name as 'a' | 'b'] += 1;
    }
  }
  // Of 300 clients 200 are expected on one and 100 on the other, give or take 8.
  expect(served.a + served.b).toBe(300);
  expect(served.a).toBeGreaterThan(150);
  expect(served.b).toBeGreaterThan(50);
  expect((await place.list())[0]?.targets.map(({ target, weight }) => [target, weight])).toEqual([
    [`127.0.0.1:${a.port}`, 2],
    [`127.0.0.1:${b.port}`, 1],
  ]);
});

it('accepts schedulingPolicy and maxBufferSize, and says why they do nothing', async () => {
  const target = await echoTarget('a');
  const sourcePort = await lastingPort();
  const place = await host();
  const targets = [{ host: 'localhost', port: target.port }];
  const old = { schedulingPolicy: 2, maxBufferSize: 8192 };
  expect(await startedWith(place, { sourcePort, balancerCount: 1, ...old, targets })).toEqual([
    'schedulingPolicy is accepted but ignored: the operating system spreads connections over the processes.',
    'maxBufferSize is accepted but ignored: a client is read only once its target is connected, so nothing is buffered before.',
  ]);
  expect(await whoServes(sourcePort, clientAddress(0))).toBe('a');
  const { config, msg } = (await place.log())[0] as { config?: string; msg: string };
  expect(config).toBe(join(place.folder, 'config.json'));
  expect(msg).toContain('schedulingPolicy is accepted but ignored');
});

it('is sticky unless told otherwise', async () => {
  const [a, b] = await Promise.all([echoTarget('a'), echoTarget('b')]);
  const targets = [a, b].map(({ port }) => ({ host: '127.0.0.1', port }));
  const place = await host();
  const serving = async (name: string, options: object): Promise<number> => {
    const sourcePort = await lastingPort();
    await place.start({ sourcePort, balancerCount: 1, targets, ...options }, name);
    const served = new Set<string>();
    for (let n = 0; n < 40; n += 1) served.add(await whoServes(sourcePort, clientAddress(0)));
    return served.size;
  };
  expect(await serving('absent.json', {})).toBe(1);
  expect(await serving('one.json', { stickiness: 1 })).toBe(1);
  expect(await serving('off.json', { stickiness: false })).toBe(2);
  expect(await serving('zero.json', { stickiness: 0 })).toBe(2);
});

it('reads comments and trailing commas', async () => {
  const target = await echoTarget('a');
  const sourcePort = await lastingPort();
  const place = await host();
  const config = `// Ours
    {
      "sourcePort": ${sourcePort}, /* where clients come */
      "balancerCount": 1,
      "targets": [{ "host": "127.0.0.1", "port": ${target.port} },],
    }`;
  expect(await startedWith(place, config)).toEqual([]);
  expect(await whoServes(sourcePort, clientAddress(0))).toBe('a');
});

/** Starts a balancer, after a check that says the same. @returns the notices */
async function startedWith(place: Host, config: object | string): Promise<string[]> {
  const path = await place.write('config.json', config);
  const check = await place.command('check');
  expect(check).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(`${path} is valid.\n`) });
  const start = await place.command('start');
  expect(start, start.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('Started balancer 0 ') });
  const notices = start.stderr.split('\n').filter(Boolean);
  expect(check.stdout.split('\n').filter((line) => line.startsWith('Notice: '))).toEqual(notices);
  return notices.map((notice) => notice.replace('Notice: ', ''));
}
