// The files that a balancer runs with.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { readCompleteConfig } from './complete-config.ts';

function written(options: object, folder = temporaryFolder()): string {
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify({ sourcePort: 80, targets: [{ host: 'app', port: 8000 }], ...options }));
  return file;
}

it('is the config alone where it names no controller', async () => {
  const file = written({});
  expect(await readCompleteConfig(file)).toMatchObject({ path: file, files: [file], options: { sourcePort: 80 } });
});

it('has the controller as Node finds it', async () => {
  const folder = temporaryFolder();
  const controller = join(folder, 'balancer.js');
  writeFileSync(controller, '');
  const file = written({ balancerControllerPath: './balancer' }, folder);
  expect((await readCompleteConfig(file)).files).toEqual([file, controller]);
});

it('refuses a config without its controller', async () => {
  const config = readCompleteConfig(written({ balancerControllerPath: 'none.js' }));
  await expect(config).rejects.toMatchObject({ code: 'CONTROLLER_NOT_FOUND' });
});

it('says what else to do where there is no config', async () => {
  const config = readCompleteConfig(join(temporaryFolder(), 'none.json'), 'ask somebody');
  await expect(config).rejects.toThrow(/Create it, or ask somebody\.$/);
});
