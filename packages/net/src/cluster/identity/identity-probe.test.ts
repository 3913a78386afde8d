import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BalancerError } from '@lb/core';
import { expect, it } from 'vitest';
import { later } from '../../testing/cleanup.ts';
import { probeIdentity } from './identity-probe.ts';

it('gives up a worker module that does not load in time', async () => {
  const { module, message } = await failed('for (;;);', 200);
  expect(message).toContain(`cannot run the balancer: ${module} has not loaded within 0.2 s. Give that user`);
});

it.each([
  ["process.kill(process.pid, 'SIGKILL');", 'the process that tried was ended by SIGKILL'],
  ['process.exit(1);', 'a process exited without an error message'],
])('says how a process ended that said nothing: %s', async (script, reason) => {
  expect((await failed(script)).message).toContain(`cannot run the balancer: ${reason}. Give that user`);
});

it.each(["process.kill(process.pid, 'SIGABRT');", "console.error('Error: spawn node EAGAIN'); process.exit(1);"])(
  'points at the limit of processes where none could be made: %s',
  async (script) => {
    expect((await failed(script)).message).toContain('The limit of processes of that user (ulimit -u, LimitNPROC=)');
  },
);

/** Probes a worker module that can't be run. */
async function failed(script: string, deadline?: number): Promise<{ module: string; message: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lb-probe-'));
  later(() => rm(folder, { recursive: true, force: true }));
  const module = join(folder, 'module.mjs');
  writeFileSync(module, script);
  const account = { name: 'nobody', home: '/', shell: undefined };
  const identity = { uid: 65_534, gid: 65_534, name: 'nobody', account };
  try {
    probeIdentity(identity, module, [], deadline);
  } catch (error) {
    const { code, message } = error as BalancerError;
    expect(code).toBe('IDENTITY_TOO_WEAK');
    return { module, message };
  }
  throw new Error('the probe did not fail');
}
