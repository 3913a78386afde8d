// Hostile clients of every kind, while fifty good ones come and go: every connection of theirs must succeed.
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from '../support/balancer.ts';
import { later } from '../support/cleanup.ts';
import { clientAddress, clientSocket } from '../support/clients.ts';
import { allGreeted, connectedClients } from '../support/held-clients.ts';
import { Load } from '../support/load.ts';
import { memoryOf } from '../support/memory.ts';
import { OPEN_FILES } from '../support/open-files.ts';
import { echoTarget, generousTarget, listed, type TestTarget } from '../support/targets.ts';
import { until } from '../support/wait.ts';

const WORKERS = 2;
/** Each is an open file of the target and one of this process. */
const SILENT = 5_000;
const GOOD = { rate: 100, clients: 50 };
const SLOW_READERS = 500;
/** Bytes for all slow readers together. */
const MOST_MEMORY = 100e6;
/** The first client address that isn't a good client's. */
const BAD = 10_000;

/** A balancer under a load of good clients. `end` expects that none of them was failed. */
async function besieged(config: object = {}, files: Record<string, string> = {}, given?: TestTarget) {
  const target = given ?? (await echoTarget('a'));
  const balancer = await startBalancer({ targets: listed([target]), balancerCount: WORKERS, ...config }, files);
  const load = new Load({ port: balancer.port, ...GOOD });
  await load.goesOn(50);
  return {
    balancer,
    load,
    async end() {
      await load.goesOn(100);
      await load.end();
      expect(load.failed).toEqual([]);
    },
  };
}

function badSocket(balancer: TestBalancer, n: number): Socket {
  return clientSocket(balancer.port, clientAddress(BAD + n));
}

it.runIf(OPEN_FILES > SILENT + 500)(`thousands that send nothing (needs ${SILENT + 500} open files)`, async () => {
  const { balancer, end } = await besieged();
  // As many at a time as the system's queues take.
  for (let first = 0; first < SILENT; first += 500) {
    await allGreeted(await connectedClients(balancer.port, 500, BAD + first));
  }
  expect((await balancer.status()).connections).toBeGreaterThanOrEqual(SILENT);
  await end();
});

it('hundreds that never end their PROXY header', async () => {
  // The good ones are no proxies: they come from other addresses.
  const { balancer, load, end } = await besieged({
    acceptProxyProtocol: { trustedProxies: ['127.0.41.0/24', '127.0.42.0/24'] },
    admitTimeout: 3_000,
  });
  const slow = Array.from({ length: 500 }, (_, n) => badSocket(balancer, n));
  let over = 0;
  for (const socket of slow) socket.on('close', () => (over += 1)).on('end', () => socket.destroy());
  const drip = setInterval(() => {
    for (const socket of slow) if (socket.writable) socket.write('P');
  }, 1_000);
  later(() => clearInterval(drip));
  await until('all of them to be sent away', () => over === slow.length);
  await load.goesOn(50);
  await end();
});

it('hundreds that ask for much and read nothing', { timeout: 120_000 }, async () => {
  const { balancer, load, end } = await besieged({}, {}, await generousTarget('a'));
  const before = await memoryOf(balancer);
  for (let n = 0; n < SLOW_READERS; n += 1) badSocket(balancer, n).pause().write('much');
  // Gigabytes go into the system's buffers meanwhile.
  await until('all to be relayed', async () => (await balancer.status()).connections >= SLOW_READERS, 60_000);
  let most = 0;
  for (let round = 0; round < 5; round += 1) {
    await load.goesOn(50);
    most = Math.max(most, (await memoryOf(balancer)) - before);
  }
  expect(most).toBeLessThan(MOST_MEMORY);
  await end();
});

it('one address that connects as fast as it can', async () => {
  const { balancer, end } = await besieged({ connectionRatePerClient: { perSecond: 50, burst: 100 } });
  let begun = 0;
  let isOver = false;
  const again = (): void => {
    if (isOver) return;
    begun += 1;
    const socket = badSocket(balancer, 0);
    socket.on('data', () => socket.destroy()).on('close', again);
  };
  for (let n = 0; n < 50; n += 1) again();
  await until('many of them', () => begun > 3_000);
  isOver = true;
  await end();
  expect((await balancer.status()).counters.tooFastOfClient).toBeGreaterThan(1_000);
});

it('clients that reset at any time', async () => {
  const { balancer, end } = await besieged();
  for (let n = 0; n < 2_000; n += 1) {
    const socket = badSocket(balancer, n % 200);
    const reset = (): void => void socket.resetAndDestroy();
    const when = n % 5;
    if (when === 0) socket.once('connect', reset);
    else if (when === 1) socket.once('data', reset);
    else if (when === 2) socket.once('connect', () => socket.write('x', reset));
    else if (when === 3) socket.once('connect', () => socket.end(reset));
    else setImmediate(reset);
    if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await end();
  await until('none of them to be left', async () => (await balancer.status()).connections === 0);
});

it.each([
  ['never answers', '() => {}'],
  ['throws', '() => { throw new Error("no"); }'],
  ['rejects', 'async () => { throw new Error("no"); }'],
])('a middleware that %s to bad clients', async (_what, middleware) => {
  const { balancer, end } = await besieged(
    { balancerControllerPath: 'controller.cjs', admitTimeout: 2_000 },
    {
      'controller.cjs': `
        const bad = ${middleware};
        module.exports.run = (balancer) => {
          balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, (socket, next) => {
            const [, , third] = socket.clientAddress.split('.').map(Number);
            return third > 40 ? bad(socket, next) : next();
          });
        };
      `,
    },
  );
  let over = 0;
  for (let n = 0; n < 300; n += 1) {
    const socket = badSocket(balancer, n);
    socket
      .on('end', () => socket.destroy())
      .on('close', () => (over += 1))
      .resume();
  }
  await until('all of them to be sent away', () => over === 300);
  await end();
});
