// The files in which a balancer keeps its state for the next one, looked at from outside.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './wait.ts';

/** Bytes of the head, as in `slot-header.ts`. */
const HEAD = 256;

export function stateFiles(runtime: string): string[] {
  return readdirSync(runtime)
    .filter((name) => name.endsWith('.state'))
    .map((name) => join(runtime, name));
}

/** Waits until one of them that is written whole has all of these words: what is half written, the next primary does not use. */
export async function stateHas(runtime: string, words: readonly string[]): Promise<void> {
  await until(`${words.length} words in the state`, () =>
    stateFiles(runtime)
      .map(wholeContent)
      .some((text) => words.every((word) => text.includes(`"${word}"`))),
  );
}

/** The content of a state file, or nothing while its head does not fit it. */
function wholeContent(path: string): string {
  const bytes = readFileSync(path);
  const [, length, digest] = /^\S+ 1 \d+ (\d+) \d+ ([0-9a-f]{64}) /.exec(bytes.toString('latin1', 0, HEAD)) ?? [];
  const content = bytes.subarray(HEAD, HEAD + Number(length));
  return createHash('sha256').update(content).digest('hex') === digest ? content.toString('utf8') : '';
}
