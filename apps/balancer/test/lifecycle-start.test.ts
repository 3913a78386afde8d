// What `start` promises: it returns when connections are accepted, or fails with the reason and leaves nothing behind.
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { later } from './support/cleanup.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { type Host, host } from './support/host.ts';
import { lastingPort } from './support/ports.ts';
import { pidsOf, signal } from './support/runtime-processes.ts';
import { echoTarget, listed } from './support/targets.ts';

/** Nobody is ever connected to it. */
const NOWHERE = [{ host: '127.0.0.1', port: 9 }];

it('returns when the port accepts', async () => {
  const target = await echoTarget('a');
  const place = await host();
  const sourcePort = await lastingPort();
  await place.write('config.json', { sourcePort, balancerCount: 1, targets: listed([target]) });
  const { code, stdout } = await place.command('start');
  expect(await whoServes(sourcePort, clientAddress(0))).toBe('a');
  expect(code).toBe(0);
  const [balancer] = await place.list();
  const log = join(place.folder, 'loadbalancer.out');
  expect(stdout).toBe(`Started balancer 0 on port ${sourcePort} (pid ${balancer?.pid}), logging to ${log}\n`);
});

it('logs JSON lines to loadbalancer.out in the working directory, or where it is told', async () => {
  const place = await host();
  const one = await place.start({ sourcePort: await lastingPort(), balancerCount: 1, targets: NOWHERE });
  expect(one.logPath).toBe(join(place.folder, 'loadbalancer.out'));
  const lines = await place.log();
  const accepts = `balancer 0 accepts connections on port ${one.sourcePort}`;
  expect(lines.at(-1)).toMatchObject({ level: 'info', role: 'primary', pid: one.pid, index: 0, msg: accepts });
  expect(lines.at(-1)?.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

  await mkdir(join(place.folder, 'logs'));
  await writeFile(join(place.folder, 'logs', 'second.log'), '{"msg":"from before"}\n');
  await place.write('second.json', { sourcePort: await lastingPort(), balancerCount: 1, targets: NOWHERE });
  const started = await place.command('start', '--config', 'second.json', '--log-file', 'logs/second.log');
  expect(started.stdout).toMatch(`logging to ${join(place.folder, 'logs', 'second.log')}\n`);
  expect((await place.log('logs/second.log')).map(({ msg }) => msg)).toEqual([
    'from before',
    expect.stringContaining('balancer 1 accepts connections'),
  ]);
  expect(await place.log()).toHaveLength(lines.length);
});

it('refuses a log file that cannot be written', async () => {
  const place = await host();
  await place.write('config.json', { sourcePort: await lastingPort(), balancerCount: 1, targets: NOWHERE });
  const nowhere = join(place.folder, 'no', 'such', 'folder.log');
  expect(await refusal(place, '--log-file', nowhere)).toBe(
    `Error: The log file ${nowhere} cannot be written: ENOENT: no such file or directory, open '${nowhere}'. Name another one with --log-file.\n`,
  );
  expect(await refusal(place, '--log-file', '.')).toMatch(/^Error: The log file .+ cannot be written: EISDIR: /);
});

it('refuses a log file that it reads, under any name', async () => {
  const place = await host();
  const controller = { balancerControllerPath: 'controller.mjs' };
  const config = { sourcePort: await lastingPort(), balancerCount: 1, targets: NOWHERE, ...controller };
  const path = await place.write('config.json', config);
  await place.write('controller.mjs', 'export function run() {}');
  await symlink('config.json', join(place.folder, 'link.json'));
  for (const name of ['config.json', './link.json', 'controller.mjs']) {
    const read = join(place.folder, name === 'controller.mjs' ? name : 'config.json');
    expect(await refusal(place, '--log-file', name)).toBe(
      `Error: The log file ${join(place.folder, name)} is a file that the balancer reads, ${read}. Name another one with --log-file.\n`,
    );
  }
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(config);
});

it('refuses a port that another program has', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  later(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const place = await host();
  const config = { sourcePort: port, sourceHost: '127.0.0.1', balancerCount: 1, targets: NOWHERE };
  await place.write('config.json', config);
  const reason = `Error: port ${port} of 127.0.0.1 is taken by another program. Choose another sourcePort, or end that program; "ss -ltnp sport = :${port}" shows which one it is.\n`;
  expect(await refusal(place)).toBe(reason);
  expect(existsSync(join(place.folder, 'loadbalancer.out'))).toBe(false);
  expect(await place.command('run')).toMatchObject({ code: 1, stderr: reason });
  await nothingLeft(place);
});

it('refuses a port that a balancer of the same user has, and says which one', async () => {
  const place = await host();
  const config = { sourcePort: await lastingPort(), balancerCount: 1, targets: NOWHERE };
  const { configPath, sourcePort } = await place.start(config);
  const before = await place.log();
  const { code, stdout, stderr } = await place.command('start');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    `Error: port ${sourcePort} is taken by balancer 0, which runs with ${configPath}. "loadbalancer stop 0" ends it.\n`,
  );
  // Both would log to the same file.
  expect(await place.log()).toEqual(before);
  const [still, ...others] = await place.list();
  expect(others).toEqual([]);
  expect(place.processes().sort()).toEqual(pidsOf(still as NonNullable<typeof still>).sort());
  expect(place.sockets()).toEqual(['0.sock', '0.supervisor']);
});

it("starts from within a process of another program's cluster", async () => {
  const place = await host();
  await place.write('config.json', { sourcePort: await lastingPort(), balancerCount: 1, targets: NOWHERE });
  process.env.NODE_UNIQUE_ID = '1';
  const started = place.command('start');
  delete process.env.NODE_UNIQUE_ID;
  expect((await started).stdout).toContain('Started balancer 0');
});

it('takes the index of a balancer that was killed, and removes what it left', async () => {
  const place = await host();
  const config = { sourcePort: await lastingPort(), balancerCount: 1, targets: NOWHERE };
  const killed = await place.start(config);
  // The supervisor first: it would start the others again.
  for (const pid of pidsOf(killed)) signal(pid, 'SIGKILL');
  await place.quiet();
  expect(place.sockets()).toEqual(['0.sock', '0.supervisor']);
  const next = await place.start(config);
  expect(next.index).toBe(0);
  for (const pid of pidsOf(next)) signal(pid, 'SIGKILL');
  await place.quiet();
  expect(await place.command('list')).toEqual({ code: 0, stdout: 'No balancer is running.\n', stderr: '' });
  expect(place.sockets()).toEqual([]);
});

it('gives balancers that are started at the same moment different indices, dead ones included', async () => {
  const place = await host();
  const dead = await place.start({ sourcePort: await lastingPort(), balancerCount: 1, targets: NOWHERE });
  for (const pid of pidsOf(dead)) signal(pid, 'SIGKILL');
  await place.quiet();
  const starts = ['a', 'b', 'c'].map(async (name) => {
    const config = { sourcePort: await lastingPort(), balancerCount: 1, targets: NOWHERE };
    await place.write(`${name}.json`, config);
    return place.command('start', '--config', `${name}.json`, '--log-file', `${name}.log`);
  });
  for (const { code, stderr } of await Promise.all(starts)) expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect((await place.list()).map(({ index }) => index)).toEqual([0, 1, 2]);
  expect(place.sockets()).toEqual(['0.sock', '0.supervisor', '1.sock', '1.supervisor', '2.sock', '2.supervisor']);
});

it('leaves nothing behind when a worker cannot start', async () => {
  const place = await host();
  await place.write('controller.js', 'module.exports.run = () => process.exit(7);');
  await place.write('config.json', {
    sourcePort: await lastingPort(),
    balancerCount: 2,
    balancerControllerPath: 'controller.js',
    targets: NOWHERE,
  });
  expect(await refusal(place)).toBe(
    'Error: A worker process ended before it was ready: exit code 7. The log has what it printed. A controller must not end its process or close its channel.\n',
  );
});

it('logs no stack of its own when a controller closes the channel while it loads', async () => {
  const place = await host();
  await place.write('controller.cjs', 'process.disconnect();');
  await place.write('config.json', {
    sourcePort: await lastingPort(),
    balancerCount: 1,
    balancerControllerPath: 'controller.cjs',
    targets: NOWHERE,
  });
  expect(await refusal(place)).toBe(
    'Error: A worker process ended before it was ready: exit code 1. The log has what it printed. A controller must not end its process or close its channel.\n',
  );
  const messages = (await place.log()).map(({ msg }) => msg);
  expect(messages.filter((msg) => !msg.startsWith('worker 0 died') && !msg.startsWith('the primary cannot'))).toEqual(
    [],
  );
});

/** What a `start` that fails says. Nothing of it may be left. */
async function refusal(place: Host, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await place.command('start', ...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  await nothingLeft(place);
  return stderr;
}

async function nothingLeft(place: Host): Promise<void> {
  expect(place.processes()).toEqual([]);
  expect(place.sockets()).toEqual([]);
}
