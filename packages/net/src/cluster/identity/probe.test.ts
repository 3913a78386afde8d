import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { later } from '../../testing/cleanup.ts';
import { probeIdentity } from './probe.ts';

it('gives up a worker module that does not load in time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lb-probe-'));
  later(() => rm(folder, { recursive: true, force: true }));
  const module = join(folder, 'hanging.mjs');
  writeFileSync(module, 'for (;;);');
  const account = { name: 'nobody', home: '/', shell: undefined };
  const identity = { uid: 65_534, gid: 65_534, name: 'nobody', account };
  const probe = (): void => probeIdentity(identity, module, [], 200);
  expect(probe).toThrow(
    expect.objectContaining({
      code: 'IDENTITY_TOO_WEAK',
      message: `nobody, whom downgradeToUser names, cannot run the balancer: ${module} has not loaded within 0.2 s. Give that user the right to read it, or name another user.`,
    }),
  );
});
