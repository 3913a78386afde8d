// A config file that does not answer, as on a file system that hangs: a pipe that nobody writes to stands for it.
import { spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { host } from './support/host.ts';
import { lastingPort } from './support/ports.ts';
import { echoTarget, listed } from './support/targets.ts';

it('stops while the supervisor waits for the file', async () => {
  const here = await host();
  const config = { sourcePort: await lastingPort(), balancerCount: 1, targets: listed([await echoTarget('a')]) };
  await here.start(config);
  const path = join(here.folder, 'config.json');
  await rm(path);
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  const reloaded = here.command('reload');
  // The primary reads it, and nothing is left for the supervisor.
  await writeFile(path, JSON.stringify(config));
  expect(await reloaded).toMatchObject({ code: 0 });
  expect(await here.command('stop')).toMatchObject({ code: 0 });
  await here.quiet();
});
