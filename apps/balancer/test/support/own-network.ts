// A network of the test's own that leads nowhere: what is unreachable there is so on every machine.
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryFolder } from './balancer.ts';
import { spawned } from './cleanup.ts';
import type { Network } from './network.ts';
import { until } from './wait.ts';

/** Networks of one's own ask for root, and for the tools of Linux. */
export const CAN_SEPARATE =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--net', '--mount', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' }).status === 0;

export interface OwnNetwork extends Network {
  /** A process in there, by which the system's tools know it. */
  readonly pid: number;
  /** Runs a script of commands in there, to its end. @throws {Error} when one of them fails */
  run(script: string): void;
}

/**
 * A network with nothing in it but loopback, and with a file of host names and no name server. It ends with the test.
 * @param routes such as `unreachable 10.9.9.0/24`
 */
export async function ownNetwork(routes: readonly string[], hosts: string): Promise<OwnNetwork> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'hosts'), hosts);
  await writeFile(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\n');
  const script = [
    'set -e',
    'ip link set lo up',
    ...routes.map((route) => `ip route add ${route}`),
    'mount --bind hosts /etc/hosts',
    'mount --bind resolv.conf /etc/resolv.conf',
    'echo ready',
    'exec cat',
  ];
  const holder = spawned('unshare', ['--net', '--mount', 'sh', '-c', script.join('\n')], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let ready = false;
  createInterface({ input: holder.stdout as NodeJS.ReadableStream }).once('line', () => {
    ready = true;
  });
  await until('a network to be made', () => {
    if (holder.exitCode !== null) throw new Error(`the network could not be made: exit code ${holder.exitCode}`);
    return ready;
  });
  const namespaces = ['--net', '--mount', '--target', String(holder.pid), '--wd=.', '--'];
  const enter: Network['enter'] = (command, ...args) => ['nsenter', [...namespaces, command, ...args]];
  return {
    pid: holder.pid as number,
    enter,
    run: (script) => void execFileSync(...enter('sh', '-ec', script), { stdio: ['ignore', 'ignore', 'pipe'] }),
  };
}

/**
 * Which target serves each client's new connection in that network, one client after the other.
 * @param host the balancer's
 */
export async function whoServesIn(
  network: Network,
  port: number,
  clients: readonly string[],
  host = '127.0.0.1',
): Promise<string[]> {
  const script = `
    const ask = (localAddress) => new Promise((resolve) => {
      let heard = '';
      const done = (answer) => { socket.destroy(); resolve(answer); };
      const socket = require('node:net').connect({ port: ${port}, host: '${host}', localAddress });
      socket.on('error', (error) => done(error.code)).on('close', () => done('closed'));
      socket.on('data', (data) => { if ((heard += data).includes('\\n')) done(heard.trim()); });
    });
    (async () => {
      const answers = [];
      for (const client of process.argv.slice(1)) answers.push(await ask(client));
      console.log(JSON.stringify(answers));
    })();
  `;
  return (await evaluated(network, script, ...clients)) as string[];
}

/** What the system finds for a name in that network, in its order. */
export async function addressesIn(network: Network, name: string): Promise<string[]> {
  const script = `
    require('node:dns').promises.lookup(process.argv[1], { all: true, order: 'verbatim' })
      .then((found) => console.log(JSON.stringify([...new Set(found.map(({ address }) => address))])));
  `;
  return (await evaluated(network, script, name)) as string[];
}

async function evaluated(network: Network, script: string, ...args: string[]): Promise<unknown> {
  const child = spawned(...network.enter(process.execPath, '-e', script, ...args), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  await once(child, 'close');
  return JSON.parse(printed);
}
