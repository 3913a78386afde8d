// Small files of the kernel, such as those in /proc, read whole. They may not be there.
import { readFileSync } from 'node:fs';

/** Undefined where there is no such file, or it can't be read. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
