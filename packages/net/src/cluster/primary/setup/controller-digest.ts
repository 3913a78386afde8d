// What a controller's file holds, as far as telling whether it has changed.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { readPlainFile } from '../../../engine/system/plain-file.ts';

const require = createRequire(import.meta.url);

/**
 * A digest of the file's bytes. The file is found as `require` finds it, which also takes a name without `.js`.
 * @returns `undefined` without a file, or for one that can't be read: whoever needs it will say so
 */
export function controllerDigest(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return createHash('sha256')
      .update(readPlainFile(require.resolve(path)))
      .digest('hex');
  } catch {
    return undefined;
  }
}
