// Signals that reach `run` before it has read its config, as when a service manager reloads or stops a service that it has just started.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientAddress, whoServes } from './support/clients.ts';
import { host, outcome } from './support/host.ts';
import type { Network } from './support/network.ts';
import { lastingPort } from './support/ports.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

const ALONE = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'] as const;
const CAN_BE_FIRST = process.getuid?.() === 0 && spawnSync(ALONE[0], [...ALONE.slice(1), 'true']).status === 0;

it.runIf(process.platform === 'linux')('goes on starting at SIGHUP', async () => {
  const here = await host();
  const config = { sourcePort: await lastingPort(), targets: listed([await echoTarget('a')]) };
  const path = join(here.folder, 'config.json');
  execFileSync('mkfifo', [path]);
  const run = here.spawn('run', '--config', 'config.json');
  const { pid = 0 } = run;
  await until('SIGHUP to be handled', () => handlesHangup(pid));
  process.kill(pid, 'SIGHUP');
  await writeFile(path, JSON.stringify(config));
  expect(await until('it to serve', () => whoServes(config.sourcePort, clientAddress(0)).catch(() => false))).toBe('a');
  expect([run.exitCode, run.signalCode]).toEqual([null, null]);
});

describe.runIf(CAN_BE_FIRST)('as the first process of a container (as root, needs unshare)', () => {
  const network: Network = { enter: (command, ...args) => [ALONE[0], [...ALONE.slice(1), command, ...args]] };

  it('ends at SIGTERM', async () => {
    const here = await host({ network });
    execFileSync('mkfifo', [join(here.folder, 'config.json')]);
    const run = here.spawn('run', '--config', 'config.json');
    const pid = await until('the process in there', () => childOf(run.pid ?? 0));
    // Node itself catches SIGTERM, to no effect here. The balancer catches both in the same turn.
    await until('signals to be handled', () => handlesHangup(pid));
    process.kill(pid, 'SIGTERM');
    expect(await outcome(run)).toEqual({ code: 128 + constants.signals.SIGTERM, stdout: '', stderr: '' });
  });

  it('stops in order at SIGTERM once it serves', async () => {
    const here = await host({ network });
    const config = { sourcePort: await lastingPort(), balancerCount: 1, targets: listed([await echoTarget('a')]) };
    await here.write('config.json', config);
    const run = here.spawn('run', '--config', 'config.json');
    await until('it to serve', () => whoServes(config.sourcePort, clientAddress(0)).catch(() => false));
    process.kill(childOf(run.pid ?? 0) ?? 0, 'SIGTERM');
    const { code, stdout } = await outcome(run);
    expect(code).toBe(0);
    expect(stdout).toMatch(/"msg":"stopped"\}\n$/);
  });
});

/** The lowest bit of the caught signals is that of SIGHUP, which is 1 (proc(5)). */
function handlesHangup(pid: number): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0';
  return (BigInt(`0x${caught}`) & 1n) === 1n;
}

function childOf(pid: number): number | undefined {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ')[0]) || undefined;
}
