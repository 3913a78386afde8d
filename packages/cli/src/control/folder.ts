// The folder with the control sockets of one user's balancers, and the names in it.
import { randomBytes } from 'node:crypto';
import { type Dirent, existsSync, lstatSync, mkdirSync, readdirSync, type Stats } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { CommandError } from '../command-error.ts';

/**
 * `$LOADBALANCER_RUNTIME_DIR` where it is set, else `/run/loadbalancer` for root, else in `$XDG_RUNTIME_DIR`, else one of the
 * user's own in the temporary folder.
 */
export function controlFolder(): string {
  const { LOADBALANCER_RUNTIME_DIR: given, XDG_RUNTIME_DIR: runtime } = process.env;
  if (given) return withoutSlash(given);
  const uid = process.getuid?.() ?? 0;
  if (uid === 0) return '/run/loadbalancer';
  return runtime ? join(runtime, 'loadbalancer') : join(tmpdir(), `loadbalancer-${uid}`);
}

/** Bytes that a socket's path may have; what is longer would be cut off, and the socket end up elsewhere. */
const LONGEST_PATH = process.platform === 'linux' ? 107 : 103;
const ANOTHER = 'Set LOADBALANCER_RUNTIME_DIR to a folder of yours';

/** Makes the folder if need be. @throws {CommandError} when it can't hold sockets, or is not this user's alone */
export function makeControlFolder(folder: string): void {
  const longest = Buffer.byteLength(join(folder, ownSocketName()));
  if (longest > LONGEST_PATH) {
    throw new CommandError(
      `The path ${folder} is too long for control sockets by ${longest - LONGEST_PATH} bytes. ${ANOTHER} with a shorter path.`,
    );
  }
  try {
    makeFolder(withoutSlash(folder));
  } catch (error) {
    throw new CommandError(
      `The folder ${folder} for the control socket cannot be made: ${(error as Error).message}. ${ANOTHER}.`,
    );
  }
  checkControlFolder(folder);
}

/**
 * Has to come before anything in the folder is used: somebody else may have made it, where everybody may make folders. One that
 * belongs to this user alone has only this user's files in it.
 * @returns whether it is there
 * @throws {CommandError} when it is not this user's alone
 */
export function checkControlFolder(folder: string): boolean {
  const entry = readEntry(folder);
  if (entry === undefined) return false;
  const reason = whyUnsafe(folder, entry);
  if (reason === undefined) return true;
  throw new CommandError(
    `${folder} is meant for control sockets, but ${reason}; or set LOADBALANCER_RUNTIME_DIR to another folder.`,
  );
}

/** Not what a link leads to, also where the path ends in a slash. */
function readEntry(folder: string): Stats | undefined {
  try {
    return lstatSync(withoutSlash(folder), { throwIfNoEntry: false });
  } catch (error) {
    throw unreadable(folder, error as Error);
  }
}

/** What keeps a folder from being safe, and what to do about it. */
function whyUnsafe(folder: string, entry: Stats): string | undefined {
  const user = process.getuid?.() ?? entry.uid;
  if (!entry.isDirectory()) return 'it is not a folder itself. Remove it';
  if (entry.uid !== user)
    return `it belongs to uid ${entry.uid}, and you are uid ${user}. Be that user, or have it removed`;
  if ((entry.mode & 0o022) !== 0) return `others can write to it. Make it yours alone (chmod 700 ${folder})`;
  return undefined;
}

function withoutSlash(folder: string): string {
  return normalize(folder).replace(/(?<=.)\/+$/, '');
}

/** As mkdir -p. Node's own `recursive` never returns where the kernel says ENOENT although the parent is there, as in /proc. */
function makeFolder(folder: string): void {
  const parent = dirname(folder);
  if (!existsSync(parent)) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** A name for a socket until it has its index. Not the pid: containers may share a folder, and have the same pids. */
export function ownSocketName(): string {
  return `.${randomBytes(6).toString('hex')}.sock`;
}

export function socketPath(folder: string, index: number): string {
  return join(folder, `${index}.sock`);
}

/** The indices in use or left behind, in order. @throws {CommandError} when the folder is not this user's alone */
export function listIndices(folder: string): number[] {
  return listNumbered(folder, 'sock', (entry) => entry.isSocket());
}

/** The numbers `N` of what is named `N.ending` and of this kind. Whatever else is there is left alone. */
export function listNumbered(folder: string, ending: string, isOfKind: (entry: Dirent) => boolean): number[] {
  const name = new RegExp(`^(0|[1-9]\\d{0,8})\\.${ending}$`);
  const indices = entriesOf(folder)
    .filter(isOfKind)
    .flatMap((entry) => name.exec(entry.name)?.[1] ?? []);
  return indices.map(Number).sort((a, b) => a - b);
}

function entriesOf(folder: string): Dirent[] {
  if (!checkControlFolder(folder)) return [];
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unreadable(folder, error as Error);
  }
}

function unreadable(folder: string, { message }: Error): CommandError {
  return new CommandError(
    `The folder ${folder} with the control sockets cannot be read: ${message}. It is for the user who starts the balancers; be that user, or set LOADBALANCER_RUNTIME_DIR to another folder.`,
  );
}
