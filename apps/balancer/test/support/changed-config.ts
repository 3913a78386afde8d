// Another config for a balancer that runs, and the command that has it taken up.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReloadDocument } from '@lb/cli';
import type { TestBalancer } from './balancer.ts';

/** Gives options of the config file other values. `undefined` takes one out. */
export async function changeConfig({ folder }: TestBalancer, changes: object): Promise<void> {
  const file = join(folder, 'config.json');
  const config = JSON.parse(await readFile(file, 'utf8'));
  // In one step: nobody is to read half of it.
  await writeFile(`${file}.new`, JSON.stringify({ ...config, ...changes }));
  await rename(`${file}.new`, file);
}

/** Changes the config, reloads it, and waits until all workers go by it. @throws {Error} with what the command says when that fails */
export async function reload(balancer: TestBalancer, changes: object): Promise<ReloadDocument> {
  await changeConfig(balancer, changes);
  const { code, stdout, stderr } = await balancer.command('reload', '--json');
  if (code !== 0) throw new Error(`reload ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}
