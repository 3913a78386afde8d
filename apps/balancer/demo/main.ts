// The demo's main process: starts targets and balancer, says where to look, ends everything. Serves nothing itself.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Balancer, WORKERS, writeConfig } from './balancer.ts';
import { Crowd, crowdIsPossible } from './crowd.ts';
import { Fleet, REVIVAL_DELAY } from './fleet.ts';
import { choosePort } from './ports.ts';

const DEFAULT_PORT = 8080;

const say = (line: string): void => console.log(`  ${line}`);
const cleanups: (() => unknown)[] = [];
const after = (cleanup: () => unknown) => cleanups.unshift(cleanup);
let ending = false;

async function run(): Promise<void> {
  const wanted = wantedPort();
  const dir = mkdtempSync(join(tmpdir(), 'loadbalancer-demo-'));
  after(() => rm(dir, { recursive: true, force: true }));
  const port = await choosePort(wanted);
  if (ending) return;

  const fleet = new Fleet(say);
  after(() => fleet.end());
  await fleet.start();

  const config = await writeConfig(dir, port, fleet.ports);
  if (ending) return;
  const balancer = new Balancer(config, say);
  after(() => balancer.end());
  fleet.attachBalancer(balancer.pid);
  await balancer.ready(port);
  void balancer.ended().then((reason) => end(1, reason));

  const possible = await crowdIsPossible();
  if (ending) return;
  if (possible) {
    const crowd = new Crowd(port, (visitors) => fleet.setVisitors(visitors));
    after(() => crowd.end());
  }
  welcome(port, wanted);
}

function wantedPort(): number {
  const text = process.env.PORT ?? '';
  const port = text === '' ? DEFAULT_PORT : Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`PORT=${text} is not a port number`);
  return port;
}

function welcome(port: number, wanted: number): void {
  console.log('');
  if (port !== wanted && wanted !== 0) say(`Port ${wanted} is taken, so this is on port ${port}.`);
  say(`Open  http://localhost:${port}/`);
  console.log('');
  say(`Three socket.io servers stand behind a balancer with ${WORKERS} workers. The page shows which of them serves`);
  say('your browser, over HTTP long polling and over WebSocket: it is always the same one.');
  say('Stop that server there, and watch both connections go on with another. Then start it again.');
  say(`Should all three be stopped, the last one starts again by itself after ${REVIVAL_DELAY / 1000} seconds.`);
  console.log('');
  say('Ctrl-C ends everything.');
  console.log('');
}

async function end(code: number, reason?: string): Promise<void> {
  if (ending) return;
  ending = true;
  if (reason !== undefined) console.error(`\n  The demo can't go on: ${reason}\n`);
  const folder = cleanups.splice(-1);
  // Together: the balancer accepts no more, and its open connections end with their targets.
  await Promise.allSettled(cleanups.map((cleanup) => cleanup()));
  await Promise.allSettled(folder.map((cleanup) => cleanup()));
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
run().catch((error: Error) => end(1, error.message));
