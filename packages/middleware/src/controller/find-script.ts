// Finds the file of a script as `require` does, but looks each time: what Node has found once it keeps for the life of the process, also
// where a link on the way there has been switched since.
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

const INDEX = 'index';

/**
 * @param path absolute: a file, whose `.js` may be left out, or a folder with an `index.js` or a package.json that names its `main`
 * @returns the path of the file without links, or `undefined` if there is none
 * @throws {Error} of the system, that keeps from looking there
 */
export function findScript(path: string): string | undefined {
  const file = fileAt(path) ?? (isFolder(path) ? inFolder(path) : undefined);
  return file && realpathSync(file);
}

function inFolder(path: string): string | undefined {
  const main = mainOf(path);
  const named = main === undefined ? undefined : join(path, main);
  return (named && (fileAt(named) ?? fileAt(join(named, INDEX)))) ?? fileAt(join(path, INDEX));
}

function mainOf(folder: string): string | undefined {
  const description = join(folder, 'package.json');
  if (isFolder(description) !== false) return undefined;
  const main: unknown = JSON.parse(readFileSync(description, 'utf8'))?.main;
  return typeof main === 'string' ? main : undefined;
}

function fileAt(path: string): string | undefined {
  return [path, `${path}.js`].find((file) => isFolder(file) === false);
}

/** `undefined` where there is nothing. */
function isFolder(path: string): boolean | undefined {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
