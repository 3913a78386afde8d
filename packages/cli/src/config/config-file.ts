// Reads a config file: JSON with comments and trailing commas, resolved to options. Every message says where in the file.

import { dirname, resolve } from 'node:path';
import { OptionsError, type ResolvedOptions, resolveOptions } from '@lb/net';
import { firstOf } from '@lb/net/internal';
import { getNodeValue } from 'jsonc-parser';
import { ConfigError } from './config-error.ts';
import { ConfigPlaces } from './config-places.ts';
import { ConfigSource } from './config-source.ts';
import { parseConfig } from './config-syntax.ts';
import { decode, fingerprintOf, readBytes } from './config-text.ts';

export interface ConfigFile {
  readonly options: ResolvedOptions;
  /** Plain sentences about what works, but is not as plain as it could be. */
  readonly notices: readonly string[];
  /** Absolute. */
  readonly path: string;
  /** Of the file's content; another content has another one. */
  readonly fingerprint: string;
}

/**
 * @param path relative to the working directory, or absolute
 * @param another what to do if the file itself cannot be made readable
 * @throws {ConfigError} with what is wrong, the first 20 problems; its cause is the `OptionsError` where the file itself is well formed
 */
export async function readConfigFile(
  path: string,
  another = 'name another one with --config path',
): Promise<ConfigFile> {
  const file = resolve(path);
  return configOf(await readBytes(file, another), file);
}

/** @param file the absolute path that the content is from @throws {ConfigError} as `readConfigFile` */
export function configOf(bytes: Uint8Array, file: string): ConfigFile {
  const source = new ConfigSource(file, decode(bytes, file));
  const root = parseConfig(source);
  try {
    const { options, notices } = resolveOptions(getNodeValue(root), { configDir: dirname(file) });
    return { options, notices, path: file, fingerprint: fingerprintOf(bytes) };
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    const places = new ConfigPlaces(root);
    const located = firstOf(
      error.problems,
      ({ steps, message }) => `${source.line(places.offsetOf(steps))}: ${message}`,
      'problem',
    );
    throw new ConfigError('INVALID_CONFIG', located, error);
  }
}
