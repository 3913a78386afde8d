// What a controller's file holds, as far as telling whether it has changed.
import { createHash } from 'node:crypto';
import { readPlainFile } from '../../../engine/system/plain-file.ts';

/**
 * A digest of the file's bytes.
 * @param find gives the file of a path. @default the path itself
 * @returns `undefined` without a file, or for one that can't be read: whoever needs it will say so
 */
export function controllerDigest(path: string | undefined, find = (file: string) => file): string | undefined {
  if (path === undefined) return undefined;
  try {
    return createHash('sha256')
      .update(readPlainFile(find(path)))
      .digest('hex');
  } catch {
    return undefined;
  }
}
