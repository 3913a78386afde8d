// The files of a run: results.json, results.md and results.svg.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markdown } from './markdown.ts';
import type { Results } from './results.ts';
import { svg } from './svg.ts';

export async function writeResults(folder: string, results: Results): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(join(folder, 'results.md'), markdown(results));
  await writeFile(join(folder, 'results.svg'), svg(results));
}
