// SIGHUP that reaches `run` before it has read its config, as when a service manager reloads a service that it has just started.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clientAddress, whoServes } from './support/clients.ts';
import { host } from './support/host.ts';
import { lastingPort } from './support/ports.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

it.runIf(process.platform === 'linux')('does not end a balancer that is starting', async () => {
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

/** The lowest bit of the caught signals is that of SIGHUP, which is 1 (proc(5)). */
function handlesHangup(pid: number): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0';
  return (BigInt(`0x${caught}`) & 1n) === 1n;
}
