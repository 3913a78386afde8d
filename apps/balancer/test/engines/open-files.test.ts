// The limit of open files is reached: who is served stays served, who comes waits, and nobody is lost.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from '../support/balancer.ts';
import { statusOf } from '../support/control-socket.ts';
import { allGreeted, connectedClients, type HeldClient } from '../support/held-clients.ts';
import { clientsHeldBy, queueOf } from '../support/kernel-sockets.ts';
import type { Network } from '../support/network.ts';
import { echoTarget, listed } from '../support/targets.ts';
import { until } from '../support/wait.ts';
import { successor, workerPid } from '../support/workers.ts';

/** Open files of each process of the balancer. Every connection takes two. */
const LIMIT = 160;
const CLIENTS = 150;
const FEW_FILES: Network = {
  enter: (command, ...args) => ['sh', ['-c', `ulimit -n ${LIMIT}; exec "$0" "$@"`, command, ...args]],
};
/** Of CPU time, as /proc counts it: 100 a second. */
const HALF_A_SECOND = 50;
const CAN_LIMIT = spawnSync('prlimit', ['--version'], { stdio: 'ignore' }).status === 0;

it('stops accepting at the limit, keeps who is open, uses no CPU, and goes on when connections end', async () => {
  const targets = [await echoTarget('a'), await echoTarget('b')];
  const balancer = await startBalancer({ targets: listed(targets), balancerCount: 1 }, {}, { network: FEW_FILES });
  const clients = await connectedClients(balancer.port, CLIENTS);
  await until('it to say so', () => notices(balancer).length > 0);
  const [open, waiting] = await settled(balancer, clients);
  expect(open.length).toBeGreaterThan(LIMIT / 8);
  expect(open.length).toBeLessThan(LIMIT / 2);
  expect(notices(balancer)).toHaveLength(1);
  expect(await statusOf(balancer)).toMatchObject({ connections: open.length });

  const pid = (await statusOf(balancer)).workers[0]?.pid as number;
  const [first] = open as [HeldClient];
  const before = ticksOf(pid);
  for (let n = 0; n < 100; n += 1) await first.talk(`at the limit ${n}`);
  expect(ticksOf(pid) - before).toBeLessThan(HALF_A_SECOND);
  expect(notices(balancer)).toHaveLength(1);
  expect(waiting.filter(({ over, target }) => over !== undefined || target !== undefined)).toEqual([]);

  // Each leaves once it has been served, and makes room for others.
  const serve = async (client: HeldClient, n: number): Promise<void> => {
    await allGreeted([client]);
    await client.talk(`goodbye ${n}`);
    client.socket.destroy();
  };
  await Promise.all([...open.slice(1), ...waiting].map(serve));
  await first.talk('after the rush');
  const after = await until('all others to be gone', async () => {
    const status = await statusOf(balancer);
    return status.connections === 1 && status;
  });
  expect(after.counters).toMatchObject({ accepted: CLIENTS, blocked: 0, unserved: 0, passedOver: 0 });
  expect(after.targets.map(({ state }) => state)).toEqual(['available', 'available']);
  expect((await statusOf(balancer)).workers[0]?.pid).toBe(pid);
});

it('reaches the limit again and again', async () => {
  const target = await echoTarget('a');
  const balancer = await startBalancer({ targets: listed([target]), balancerCount: 1 }, {}, { network: FEW_FILES });
  for (let round = 0; round < 3; round += 1) {
    const clients = await connectedClients(balancer.port, CLIENTS, round * CLIENTS);
    await settled(balancer, clients);
    const serve = async (client: HeldClient): Promise<void> => {
      await allGreeted([client]);
      client.socket.destroy();
    };
    await Promise.all(clients.map(serve));
  }
  expect((await statusOf(balancer)).counters).toMatchObject({ accepted: 3 * CLIENTS, unserved: 0, passedOver: 0 });
});

it.runIf(CAN_LIMIT)(
  'ends no connection of a worker without a free descriptor when another dies (needs prlimit)',
  async () => {
    const targets = [await echoTarget('a'), await echoTarget('b')];
    const balancer = await startBalancer({ targets: listed(targets), balancerCount: 2 });
    const held = await connectedClients(balancer.port, 30);
    await allGreeted(held);
    const [full, killed] = [await workerPid(balancer, 0), await workerPid(balancer, 1)];
    const accepted = clientsHeldBy(killed, balancer.port);
    execFileSync('prlimit', ['--pid', String(full), '--nofile=10:']);
    process.kill(killed, 'SIGKILL');
    await until('an attempt in vain', () => balancer.log.find(({ pid, code }) => pid === full && code === 'EMFILE'));
    await successor(balancer, 1, killed);
    const kept = held.filter(({ end }) => !accepted.has(end));
    await Promise.all(kept.map((client, n) => client.talk(`after the death ${n}`)));
    expect(await workerPid(balancer, 0)).toBe(full);
  },
);

/** Waits until every client is either served or in the kernel's queue, and some are. @returns both kinds */
async function settled({ port }: TestBalancer, clients: readonly HeldClient[]): Promise<[HeldClient[], HeldClient[]]> {
  return until('all to be served or to wait', () => {
    const open = clients.filter(({ target }) => target !== undefined);
    const waiting = clients.filter(({ target }) => target === undefined);
    return waiting.length > 0 && queueOf(port) === waiting.length && [open, waiting];
  });
}

function notices({ log }: TestBalancer): string[] {
  return log.map(({ msg }) => msg).filter((msg) => msg.startsWith('no connection is accepted until'));
}

/** CPU time that a process has used, its own and the system's for it. */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
