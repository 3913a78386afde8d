// Keeps secret options out of whatever prints options. Which ones are secret, the schema says.

import { inspect } from 'node:util';
import { optionNodes } from './option-nodes.ts';

/** The names of the options that are never to be shown. */
export const secretOptions: readonly string[] = [...optionNodes]
  .filter(([, option]) => option.secret)
  .map(([name]) => name);

const MASK = '(not shown)';

/** A copy of options that may be printed: secrets that are set read `(not shown)`. */
export function maskSecrets<T extends object>(options: T): T {
  const masked = { ...options } as Record<string, unknown>;
  for (const name of secretOptions) if (masked[name] !== undefined) masked[name] = MASK;
  return masked as T;
}

/** Makes `console.log` and its like print an object masked. JSON stays whole: it is how options reach other processes. */
export function inspectMasked<T extends object>(options: T): T {
  return Object.defineProperty(options, inspect.custom, { value: () => maskSecrets(options) });
}
