// The control groups of this process, such as a container's: the folders in which the kernel shows their limits. Pure: what it
// reads, it is handed. The formats are those of cgroups(7) and proc_pid_mountinfo(5).

/** @returns a file's text; undefined where there is no such file, or it can't be read */
export type ReadText = (path: string) => string | undefined;

export interface GroupFolder {
  /** Of the hierarchy: the two have other files. */
  readonly version: 1 | 2;
  readonly folder: string;
}

/** The folders of the groups that a controller (such as `cpu`) has this process in, and of all groups above that can be seen. */
export function groupFolders(controller: string, read: ReadText): GroupFolder[] {
  const mounts = lines(read('/proc/self/mountinfo')).flatMap((line) => mountOf(line, controller));
  return lines(read('/proc/self/cgroup')).flatMap((line) => {
    const [, id, controllers = '', group] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    if (group === undefined) return [];
    const version = id === '0' && controllers === '' ? 2 : 1;
    if (version === 1 && !controllers.split(',').includes(controller)) return [];
    const folders = mounts.filter((mount) => mount.version === version).flatMap((mount) => foldersOf(group, mount));
    return folders.map((folder) => ({ version, folder }));
  });
}

interface Mount {
  readonly version: 1 | 2;
  /** The group that is to be seen at `point`. */
  readonly root: string;
  readonly point: string;
}

/** The hierarchy that a line of mountinfo mounts, where it is one that may have the controller. */
function mountOf(line: string, controller: string): Mount[] {
  const [left = '', right = ''] = line.split(' - ');
  const [root, point] = left.split(' ').slice(3, 5).map(unescaped);
  const [type, , options = ''] = right.split(' ');
  if (root === undefined || point === undefined) return [];
  if (type === 'cgroup2') return [{ version: 2, root, point }];
  return type === 'cgroup' && options.split(',').includes(controller) ? [{ version: 1, root, point }] : [];
}

/** The folders of a group and of those above it, as far as a mount shows them. */
function foldersOf(group: string, { root, point }: Mount): string[] {
  const names = partsOf(group);
  const shown = partsOf(root);
  // From within a cgroup namespace, what is mounted from outside it has a root above "/": it shows groups above ours, and ours
  // in a folder whose name isn't known here.
  const isAbove = shown.length > 0 && shown.every((name) => name === '..');
  if (!isAbove && (names.includes('..') || !shown.every((name, at) => name === names[at]))) return [];
  const below = isAbove ? [] : names.slice(shown.length);
  const base = point === '/' ? '' : point;
  return Array.from({ length: below.length + 1 }, (_, count) => [base, ...below.slice(0, count)].join('/'));
}

function partsOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}

function lines(text: string | undefined): string[] {
  return (text ?? '').split('\n');
}

/** Blanks, tabs, line feeds and backslashes of a path are written in octal. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
