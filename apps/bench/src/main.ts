// The benchmark's main process: runs it, writes and prints the results, and ends all that it started, whatever happens.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArguments } from './arguments.ts';
import { balancers } from './balancers/index.ts';
import { benchmark, isWhole } from './benchmark.ts';
import { figures } from './figures/index.ts';
import { killAll } from './machine/processes.ts';
import { appendHistory } from './report/history.ts';
import { mainDetails } from './report/markdown.ts';
import { writeResults } from './report/write.ts';

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));
const INTERRUPTED = 130;

// Where servers are installed, which not everybody's PATH has.
process.env.PATH += ':/usr/local/sbin:/usr/sbin';

const args = parseArguments(process.argv.slice(2), {
  balancers: balancers.map(({ name }) => name),
  figures: figures.map(({ name }) => name),
});
const began = Date.now();
const say = (line: string) => console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);

const folder = mkdtempSync(join(tmpdir(), 'lb-bench-'));
process.on('exit', () => {
  killAll();
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(INTERRUPTED));

try {
  const results = await benchmark(args, folder, say);
  const output = args.output ?? (isWhole(args) ? RESULTS : join(RESULTS, 'part'));
  await writeResults(output, results);
  await appendHistory(RESULTS, results);
  console.log(`\n${mainDetails(results)}\n`);
  console.log(`results.md, results.svg and results.json are in ${relative(process.cwd(), output) || '.'}`);
  for (const failure of results.failures) console.error(`FAILED ${failure}`);
  process.exit(results.failures.length === 0 ? 0 : 1);
} catch (error) {
  console.error(`The benchmark can't go on: ${(error as Error).message}`);
  process.exit(1);
}
