// The control socket, sent what nobody should send: the balancer serves and answers all the while, and grows no larger.
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from './support/balancer.ts';
import { later } from './support/cleanup.ts';
import { clientAddress, whoServes } from './support/clients.ts';
import { statusOf } from './support/control-socket.ts';
import { FUZZ_LIMIT, fuzz } from './support/fuzz.ts';
import { type HostileClient, hostileClient } from './support/hostile-requests.ts';
import { anonymous } from './support/memory.ts';
import { echoTarget, listed } from './support/targets.ts';
import { eventually } from './support/wait.ts';

/** Bytes by which the primary may have grown: its heap grows before it is collected. */
const GROWTH = 100 * 1024 * 1024;
/** Silent connections at a time. */
const MOST_STAYING = 2_000;

it(
  'answers and serves, whatever is sent to its control socket',
  async () => {
    const balancer = await startBalancer({ targets: listed([await echoTarget('a')]), balancerCount: 1 });
    const staying: Socket[] = [];
    later(() => endAll(staying));
    await everythingWorks(balancer);
    const before = { memory: anonymous(balancer.pid), descriptors: descriptorsOf(balancer) };

    await fuzz(fc.array(hostileClient, { minLength: 1, maxLength: 50 }), async (clients) => {
      await Promise.all(clients.map((client) => play(balancer, client, staying)));
      endAll(staying.splice(0, Math.max(0, staying.length - MOST_STAYING)));
      await everythingWorks(balancer);
    });

    endAll(staying);
    await eventually(() => expect(descriptorsOf(balancer)).toBeLessThanOrEqual(before.descriptors + 2));
    expect(anonymous(balancer.pid) - before.memory).toBeLessThan(GROWTH);
    for (const { msg } of balancer.log) expect(msg).not.toMatch(/\n\s+at /);
  },
  FUZZ_LIMIT,
);

it('answers while thousands of connections to its control socket say nothing', async () => {
  const balancer = await startBalancer({ targets: listed([await echoTarget('a')]), balancerCount: 1 });
  const descriptors = descriptorsOf(balancer);
  const silent = Array.from({ length: 3_000 }, () => controlConnection(balancer));
  later(() => endAll(silent));
  await everythingWorks(balancer);
  await eventually(() => expect(descriptorsOf(balancer)).toBeLessThan(descriptors + 300));
});

async function everythingWorks(balancer: TestBalancer): Promise<void> {
  expect((await statusOf(balancer)).pid).toBe(balancer.pid);
  expect(await whoServes(balancer.port, clientAddress(1))).toBe('a');
}

async function play(balancer: TestBalancer, { parts, last }: HostileClient, staying: Socket[]): Promise<void> {
  const socket = controlConnection(balancer);
  for (const part of parts) {
    if (socket.destroyed) return;
    socket.write(part);
    await new Promise(setImmediate);
  }
  if (last === 'end') socket.end();
  else if (last === 'destroy') socket.destroy();
  staying.push(socket);
}

/** It reads nothing of what is answered, unless it is closed. */
function controlConnection({ folder }: TestBalancer): Socket {
  const socket = connect(join(folder, 'runtime', '0.sock'));
  socket.on('error', () => {});
  return socket;
}

function endAll(sockets: readonly Socket[]): void {
  for (const socket of sockets) socket.destroy();
}

function descriptorsOf({ pid }: TestBalancer): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
