// Writes what is made from the options' schema: the JSON Schema file, and the table in a README. A script, not a library:
//   node packages/net/dist/options/generated/generate.js [--check] <schema-out> [<readme>]

import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { optionsJsonSchema } from './json-schema.ts';
import { optionsTable } from './options-table.ts';

const COMMAND = 'node packages/net/dist/options/generated/generate.js';
const START = '<!-- options:start -->';
const END = '<!-- options:end -->';

/**
 * Writes the files named in `args`; with `--check`, only looks whether they are current.
 * @param print takes the lines for the user
 * @returns the exit code: 0, or 1 when the arguments are wrong, a file can't be made or, with `--check`, isn't current
 */
export function generate(args: readonly string[], print: (line: string) => void): 0 | 1 {
  const checks = args.includes('--check');
  const [schema, readme, ...more] = args.filter((arg) => arg !== '--check');
  if (schema === undefined || more.length > 0 || args.some((arg) => arg.startsWith('--') && arg !== '--check')) {
    print(`Usage: ${COMMAND} [--check] <schema-out> [<readme>]`);
    return 1;
  }
  const wanted = new Map([[schema, `${JSON.stringify(optionsJsonSchema(), null, 2)}\n`]]);
  if (readme !== undefined) {
    const text = withTable(contentOf(readme) ?? '');
    if (text === undefined) {
      print(`${readme} has no place for the table. Put these two lines where it belongs:\n${START}\n${END}`);
      return 1;
    }
    wanted.set(readme, text);
  }

  const stale = [...wanted].filter(([path, text]) => contentOf(path) !== text);
  if (checks && stale.length > 0) {
    const paths = stale.map(([path]) => path).join(' and ');
    print(`Not current: ${paths}. Run: ${[COMMAND, ...wanted.keys()].join(' ')}`);
    return 1;
  }
  for (const [path, text] of stale) writeFileSync(path, text);
  return 0;
}

function withTable(readme: string): string | undefined {
  const start = readme.indexOf(START);
  const end = readme.indexOf(END, start);
  if (start < 0 || end < 0) return undefined;
  return `${readme.slice(0, start + START.length)}\n\n${optionsTable()}\n\n${readme.slice(end)}`;
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const script = process.argv[1];
if (script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url)) {
  process.exitCode = generate(process.argv.slice(2), console.log);
}
