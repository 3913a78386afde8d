// While nothing is due, all processes of a balancer sleep, also with quiet connections open.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startBalancer } from '../support/balancer.ts';
import { allGreeted, connectedClients } from '../support/held-clients.ts';
import { echoTarget, listed } from '../support/targets.ts';
import { until } from '../support/wait.ts';

/** Wake-ups per second. Two are expected, and 20 come from one timer that measures the event loop. */
const FEW = 6;
/** ms over which they are counted. */
const WHILE = 2_000;

/** How often the main thread of a process has gone to sleep. */
function sleeps(pid: number): number {
  const [, count] = /^voluntary_ctxt_switches:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(count);
}

it('hardly wakes up while its connections are quiet', async () => {
  const target = await echoTarget('a');
  const balancer = await startBalancer({ targets: listed([target]), balancerCount: 2, idleTimeout: 600_000 });
  const clients = await connectedClients(balancer.port, 20);
  await allGreeted(clients);
  const { workers } = await balancer.status();
  const pids = [balancer.pid, ...workers.map(({ pid }) => pid as number)];
  let since = performance.now();
  let before = pids.map(sleeps);
  await until('a while in which all processes sleep', () => {
    const passed = performance.now() - since;
    if (passed < WHILE) return false;
    const now = pids.map(sleeps);
    const rates = now.map((count, n) => (count - (before[n] as number)) / (passed / 1_000));
    [since, before] = [performance.now(), now];
    return rates.every((rate) => rate <= FEW);
  });
  expect(clients.every(({ over }) => over === undefined)).toBe(true);
});
