// The folders in which a change can make a path lead to another content: its own, and those of the links on the way; and the names in them.
import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute, parse, sep } from 'node:path';

/** As many as the system follows before it gives up. */
const MOST_LINKS = 40;

/**
 * Follows a path name by name, as the system does. Where a name is missing, its folder is the last one.
 * @param path absolute
 * @returns the folders, without links in them, each with the names in it that matter
 */
export function foldersToWatch(path: string): Map<string, Set<string>> {
  const folders = new Map<string, Set<string>>();
  const root = parse(path).root;
  let here = root;
  let names = namesOf(path);
  let links = 0;
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (name === '..') {
      here = dirname(here);
      continue;
    }
    const next = here === root ? root + name : here + sep + name;
    const target = targetOf(next);
    if (names.length === 0 || target !== undefined) folders.set(here, (folders.get(here) ?? new Set()).add(name));
    if (target === undefined) {
      here = next;
    } else if (target === '') {
      return folders;
    } else {
      links += 1;
      if (links > MOST_LINKS) return folders;
      if (isAbsolute(target)) here = root;
      names = [...namesOf(target), ...names];
    }
  }
  return folders;
}

/** Where a link leads; `undefined` for what is none, and nothing for what is not there. */
function targetOf(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return '';
  }
}

function namesOf(path: string): string[] {
  return path
    .slice(parse(path).root.length)
    .split(sep)
    .filter((name) => name !== '' && name !== '.');
}
