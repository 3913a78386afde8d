// Reading a config file's text: bounded, and UTF-8. What it says is not looked at here.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from './config-error.ts';

/** A file of the most targets that there may be has a quarter of it. What is much longer is something else, and would fill the memory. */
export const MOST_BYTES = 4 * 1024 * 1024;

/** ms that reading a pipe or a device may take. Nothing ends the opening of a named pipe without a writer. */
const PATIENCE = 10_000;

/** @param another what else can be done than make the file readable @throws {ConfigError} `UNREADABLE_CONFIG` */
export async function readBytes(file: string, another: string, patience = PATIENCE): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(patience);
  const late = new Promise<never>((_, reject) => {
    signal.onabort = () => reject(new Error(`reading it took longer than ${patience / 1_000} s`));
  });
  let bytes: Buffer;
  try {
    bytes = await Promise.race([late, readUpTo(MOST_BYTES + 1, file, signal)]);
  } catch (error) {
    throw unreadable(whyUnreadable(file, another, error as NodeJS.ErrnoException), error);
  }
  if (bytes.length <= MOST_BYTES) return bytes;
  throw unreadable(`${file} is longer than ${MOST_BYTES / 1024 / 1024} MiB, the most that a config file may have.`);
}

async function readUpTo(length: number, file: string, signal: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of createReadStream(file, { end: length - 1, signal })) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** What a file's content is told from another one by. Unlike the content, it gives no secret away. */
export function fingerprintOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @throws {ConfigError} `UNREADABLE_CONFIG` */
export function decode(bytes: Uint8Array, file: string): string {
  const message = `${file} is not UTF-8 text. Save it as UTF-8.`;
  // Without a byte order mark, UTF-16 of plain letters is UTF-8 with a NUL beside each.
  if (bytes.includes(0)) throw unreadable(message);
  try {
    // The decoder leaves out a byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(message, error);
  }
}

function unreadable(message: string, cause?: unknown): ConfigError {
  return new ConfigError('UNREADABLE_CONFIG', [message], cause);
}

function whyUnreadable(file: string, another: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return `There is no config file ${file}. Create it, or ${another}.`;
  if (code === 'EISDIR') {
    return `${file} is a directory. Name the config file in it: --config ${resolve(file, 'config.json')}`;
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return `The config file ${file} may not be read by this user. Change its permissions, or ${another}.`;
  }
  return `The config file ${file} cannot be read (${message}). Make it readable, or ${another}.`;
}
