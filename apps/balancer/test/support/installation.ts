// A copy of the built command that every user can read and run, wherever the repository itself lies.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const APP = fileURLToPath(new URL('../..', import.meta.url));
const REPOSITORY = resolve(APP, '../..');
/** A user without rights, known or not. */
const NOBODY = 65_534;

export interface Installation {
  readonly folder: string;
  readonly node: string;
  readonly bin: string;
  /** An empty folder in it that every user can enter. */
  place(owner?: number): string;
  remove(): void;
}

export function installForAll(): Installation {
  const folder = openFolder();
  copyPackage(fs.realpathSync(APP), folder, new Set());
  openToAll(folder);
  const bin = join(folder, relative(REPOSITORY, APP), 'bin/loadbalancer.js');
  return {
    folder,
    node: runsAsNobody(process.execPath, ['-e', '0']) ? process.execPath : copyOfNode(join(folder, 'node'), 0o755),
    bin,
    place(owner) {
      const place = fs.mkdtempSync(join(folder, 'place-'));
      fs.chmodSync(place, 0o755);
      if (owner !== undefined) fs.chownSync(place, owner, owner);
      return place;
    },
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

export function copyOfNode(path: string, mode: number): string {
  fs.copyFileSync(process.execPath, path, fs.constants.COPYFILE_FICLONE);
  fs.chmodSync(path, mode);
  return path;
}

/** A repository may have been cloned for one user's eyes only. */
function openToAll(folder: string): void {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    if (!entry.isSymbolicLink()) fs.chmodSync(path, entry.isDirectory() ? 0o755 : 0o644);
  }
}

/** A temporary folder that other users can enter: where TMPDIR is somebody's own, another one than that. */
function openFolder(): string {
  for (const place of new Set([tmpdir(), '/tmp', '/var/tmp', '/dev/shm'])) {
    if (!runsAsNobody('/bin/sh', ['-c', 'cd "$0"', place])) continue;
    const folder = fs.mkdtempSync(join(fs.realpathSync(place), 'lb-e2e-installation-'));
    fs.chmodSync(folder, 0o755);
    return folder;
  }
  throw new Error('No folder for temporary files is open to all users.');
}

function runsAsNobody(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { uid: NOBODY, gid: NOBODY, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** Copies a package and what it depends on, each to the place that it has in the repository, links included. */
function copyPackage(from: string, to: string, done: Set<string>): void {
  if (done.has(from)) return;
  done.add(from);
  const place = join(to, relative(REPOSITORY, from));
  fs.mkdirSync(place, { recursive: true });
  fs.cpSync(from, place, { recursive: true, filter: (source) => isPartOf(source, from) });
  const { dependencies, optionalDependencies } = JSON.parse(fs.readFileSync(join(from, 'package.json'), 'utf8'));
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const link = linkOf(name, from);
    if (link === undefined) continue;
    const target = fs.realpathSync(link);
    copyPackage(target, to, done);
    const newLink = join(to, relative(REPOSITORY, link));
    if (fs.existsSync(newLink)) continue;
    fs.mkdirSync(dirname(newLink), { recursive: true });
    fs.symlinkSync(relative(dirname(newLink), join(to, relative(REPOSITORY, target))), newLink);
  }
}

/** Whether a file belongs into the copy: not what others provide, nor what of this repository is not published. */
function isPartOf(source: string, root: string): boolean {
  const [top = ''] = relative(root, source).split(sep);
  if (top === 'node_modules') return false;
  return root.includes(`${sep}node_modules${sep}`) || ['', 'bin', 'dist', 'package.json'].includes(top);
}

/** Where Node finds a dependency; nowhere for an optional one that this system has no use for. */
function linkOf(name: string, from: string): string | undefined {
  for (let at = from; at.startsWith(REPOSITORY); at = dirname(at)) {
    const link = join(at, 'node_modules', name);
    if (fs.existsSync(link)) return link;
  }
  return undefined;
}
