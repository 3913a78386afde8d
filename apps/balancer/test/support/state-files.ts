// The files in which a balancer keeps its state for the next one, looked at from outside.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './wait.ts';

export function stateFiles(runtime: string): string[] {
  return readdirSync(runtime)
    .filter((name) => name.endsWith('.state'))
    .map((name) => join(runtime, name));
}

/** Waits until one of them has all of these words. */
export async function stateHas(runtime: string, words: readonly string[]): Promise<void> {
  await until(`${words.length} words in the state`, () =>
    stateFiles(runtime)
      .map((path) => readFileSync(path, 'utf8'))
      .some((text) => words.every((word) => text.includes(`"${word}"`))),
  );
}
