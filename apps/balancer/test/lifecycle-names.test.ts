// Names of targets that can't be resolved, or not yet: they hold up neither a start nor a stop, and the commands name them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BIN, startBalancer } from './support/balancer.ts';
import { later, spawned } from './support/cleanup.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { host, outcome } from './support/host.ts';
import { CAN_SEPARATE, type OwnNetwork, ownNetwork, whoServesIn } from './support/own-network.ts';
import { lastingPort } from './support/ports.ts';
import { stateHas } from './support/state-files.ts';
import { echoTarget, echoTargetAt, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

/** A part of a name is 63 characters at most, so no name server is asked. */
const NAMELESS = `${'n'.repeat(64)}.invalid`;
const WARNING = /^Warning: the target name n+\.invalid cannot be resolved\. /m;

it('start and check warn of a name that cannot be resolved, and the other targets are served', async () => {
  const target = await echoTarget('a');
  const place = await host();
  const sourcePort = await lastingPort();
  const targets = [{ host: NAMELESS, port: 80 }, ...listed([target])];
  await place.write('config.json', { sourcePort, balancerCount: 1, targets });
  const checked = await place.command('check');
  expect(checked, checked.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(WARNING) });
  const started = await place.command('start');
  expect(started).toMatchObject({ code: 0, stderr: expect.stringMatching(WARNING) });
  expect(started.stderr.match(/Warning/g)).toHaveLength(1);
  expect(await whoServes(sourcePort, clientAddress(0))).toBe('a');
});

it.runIf(CAN_SEPARATE)('start warns of a name without an answer also where its last address is used', async () => {
  const network = await ownNetwork([], '127.0.0.1 localhost\n127.0.0.2 app.test\n');
  const target = await echoTargetAt('a', { host: '127.0.0.2', network });
  const place = await host({ network });
  const sourcePort = await lastingPort();
  const targets = [{ host: 'app.test', port: target.port }];
  await place.start({ sourcePort, balancerCount: 1, targets });
  expect(await whoServesIn(network, sourcePort, [clientAddress(0)])).toEqual(['a']);
  await stateHas(place.runtime, [target.host]);
  expect(await place.command('stop')).toMatchObject({ code: 0 });

  network.run(`printf '127.0.0.1 localhost\\n' > /etc/hosts`);
  const stderr = expect.stringMatching(/^Warning: the target name app\.test cannot be resolved\. /);
  expect(await place.command('start')).toMatchObject({ code: 0, stderr });
  expect(await whoServesIn(network, sourcePort, [clientAddress(0)])).toEqual(['a']);
  const lines = (await place.log()).flatMap(({ msg }) => (msg.startsWith('target name') ? [msg] : []));
  expect(lines).toEqual([
    expect.stringMatching(/ and its target is passed over while no address of it is known$/),
    'target name app.test has no answer; 127.0.0.2, where it led under the last primary, is used until it has',
  ]);
});

it.runIf(process.platform === 'linux')(
  'only a primary whose targets have names has threads for them, and hands that on to nobody',
  async () => {
    const place = await host({ env: { UV_THREADPOOL_SIZE: undefined } });
    const config = { balancerCount: 1, targets: [{ host: NAMELESS, port: 9 }] };
    const balancer = await place.start({ ...config, sourcePort: await lastingPort() });
    const threads = (pid: number) => readdirSync(`/proc/${pid}/task`).length;
    const worker = balancer.workers[0]?.pid as number;
    expect(threads(balancer.pid)).toBeGreaterThan(64);
    expect(threads(worker)).toBeLessThan(64);
    expect(readFileSync(`/proc/${worker}/environ`, 'utf8')).not.toContain('UV_THREADPOOL_SIZE');

    const targets = [{ host: '127.0.0.1', port: 9 }];
    const nameless = await place.start({ ...config, targets, sourcePort: await lastingPort() }, 'nameless.json');
    expect(threads(nameless.pid)).toBeLessThan(64);

    const own = await host({ env: { UV_THREADPOOL_SIZE: '3' } });
    const other = await own.start({ ...config, sourcePort: await lastingPort() });
    expect(threads(other.pid)).toBeLessThan(64);
    expect(readFileSync(`/proc/${other.workers[0]?.pid}/environ`, 'utf8')).toContain('UV_THREADPOOL_SIZE=3');
  },
);

it.runIf(CAN_SEPARATE)('a name server that never answers holds up neither a start nor a check nor a stop', async () => {
  const network = await ownNetwork([], '127.0.0.1 known.test\n');
  await silentNameServer(network);
  const { port } = await echoTargetAt('a', { network });
  // More than the threads that Node has by default, and before the one that is known.
  const names = [...Array.from({ length: 24 }, (_, n) => `silent${n}.test`), 'known.test'];
  const targets = names.map((name) => ({ host: name, port }));
  const balancer = await startBalancer({ balancerCount: 1, targets }, {}, { network });
  // No look-up has ended by now: each lasts longer than any test.
  expect(await whoServesIn(network, balancer.port, ['127.0.0.2'])).toEqual(['a']);

  const [command, args] = network.enter(
    process.execPath,
    BIN,
    'check',
    '--config',
    join(balancer.folder, 'config.json'),
  );
  const checked = await outcome(spawned(command, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
  expect(checked.code).toBe(0);
  expect(checked.stdout.match(/^Warning: the target name silent\d+\.test /gm)).toHaveLength(24);
  await until('word of all silent names', () => {
    return balancer.log.filter(({ msg }) => msg.includes('has no answer after 5 s')).length === 24;
  });
  expect(await balancer.stop()).toBe(0);
});

/** Look-ups in that network last longer than any test. */
async function silentNameServer(network: OwnNetwork): Promise<void> {
  const script = `require('node:dgram').createSocket('udp4').bind(53, '127.0.0.1', () => console.log('up'))`;
  const server = spawned(...network.enter(process.execPath, '-e', script), { stdio: ['ignore', 'pipe', 'inherit'] });
  let isUp = false;
  server.stdout?.once('data', () => {
    isUp = true;
  });
  later(() => server.kill('SIGKILL'));
  await until('the name server to be up', () => isUp);
  network.run("echo 'options timeout:30 attempts:5' >> /etc/resolv.conf");
}
