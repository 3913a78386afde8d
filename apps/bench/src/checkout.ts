// Another commit of this repository, built in a folder of its own. It is kept for the next comparison with it.
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Outcome, run } from './machine/processes.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache');
const GIT_PATIENCE = 60_000;
const BUILD_PATIENCE = 600_000;

export interface Checkout {
  /** Abbreviated. */
  readonly commit: string;
  readonly folder: string;
}

/** The commit that is checked out here, abbreviated, with `+` if files differ from it. `undefined` without git. */
export async function presentCommit(): Promise<string | undefined> {
  try {
    const commit = await git('rev-parse', '--short', 'HEAD');
    return (await git('status', '--porcelain', '--untracked-files=no')) === '' ? commit : `${commit}+`;
  } catch {
    return undefined;
  }
}

/** @throws {Error} if there is no such commit, or it can't be built */
export async function checkOut(revision: string, say: (line: string) => void): Promise<Checkout> {
  const commit = await git('rev-parse', '--short', '--verify', '--end-of-options', `${revision}^{commit}`);
  const folder = join(CACHE, `loadbalancer-at-${commit}`);
  const built = join(folder, '.built');
  if (existsSync(built)) return { commit, folder };
  say(`building ${commit} in ${folder}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const archive = `${folder}.tar`;
  await git('archive', '--output', archive, commit);
  await succeed('tar', ['-xf', archive, '-C', folder], GIT_PATIENCE);
  await rm(archive);
  for (const script of ['setup', 'build']) {
    await succeed('npm', ['--prefix', folder, 'run', '--silent', script], BUILD_PATIENCE);
  }
  await writeFile(built, '');
  return { commit, folder };
}

async function git(...args: string[]): Promise<string> {
  return (await succeed('git', ['-C', ROOT, ...args], GIT_PATIENCE)).stdout.trim();
}

async function succeed(command: string, args: readonly string[], patience: number): Promise<Outcome> {
  const outcome = await run(command, args, patience);
  if (outcome.code === 0) return outcome;
  const output = `${outcome.stderr}${outcome.stdout}`.trim().slice(-2_000);
  throw new Error(`${command} ${args.join(' ')} ended with ${outcome.code}: ${output}`);
}
