// What a file holds, as far as telling whether it has changed.
import { createHash } from 'node:crypto';
import { readPlainFile } from '../plain-file.ts';

/** A digest of a file's bytes; `undefined` without a file, or for one that can't be read: whoever needs it will say so. */
export function contentOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return createHash('sha256').update(readPlainFile(path)).digest('hex');
  } catch {
    return undefined;
  }
}
