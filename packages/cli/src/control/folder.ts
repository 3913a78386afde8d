// The folder with the control sockets of one user's balancers, and the names in it.
import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from '../command-error.ts';

/**
 * `$LOADBALANCER_RUNTIME_DIR` where it is set, else `/run/loadbalancer` for root, else in `$XDG_RUNTIME_DIR`, else one of the
 * user's own in the temporary folder.
 */
export function controlFolder(): string {
  const { LOADBALANCER_RUNTIME_DIR: given, XDG_RUNTIME_DIR: runtime } = process.env;
  if (given) return given;
  const uid = process.getuid?.() ?? 0;
  if (uid === 0) return '/run/loadbalancer';
  return runtime ? join(runtime, 'loadbalancer') : join(tmpdir(), `loadbalancer-${uid}`);
}

/** Bytes that a socket's path may have; what is longer would be cut off, and the socket end up elsewhere. */
const LONGEST_PATH = process.platform === 'linux' ? 107 : 103;
const ANOTHER = 'Set LOADBALANCER_RUNTIME_DIR to a folder of yours';

/** Makes the folder if need be. @throws {CommandError} when it can't hold sockets, or others could write to it */
export function makeControlFolder(folder: string): void {
  const longest = Buffer.byteLength(join(folder, ownSocketName()));
  if (longest > LONGEST_PATH) {
    throw new CommandError(
      `The path ${folder} is too long for control sockets by ${longest - LONGEST_PATH} characters. ${ANOTHER} with a shorter path.`,
    );
  }
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CommandError(
      `The folder ${folder} for the control socket cannot be made: ${(error as Error).message}. ${ANOTHER}.`,
    );
  }
  const reason = whyUnsafe(folder);
  if (reason === undefined) return;
  throw new CommandError(
    `${folder} is meant for control sockets, but ${reason}; or set LOADBALANCER_RUNTIME_DIR to another folder.`,
  );
}

/** What keeps a folder from being safe, and what to do about it. */
function whyUnsafe(folder: string): string | undefined {
  const entry = lstatSync(folder);
  const user = process.getuid?.() ?? entry.uid;
  if (!entry.isDirectory()) return 'it is not a folder itself. Remove it';
  if (entry.uid !== user) return `it belongs to uid ${entry.uid}, and you are uid ${user}. Have it removed`;
  if ((entry.mode & 0o022) !== 0) return `others can write to it. Make it yours alone (chmod 700 ${folder})`;
  return undefined;
}

/** A name for a socket until it has its index. Not the pid: containers may share a folder, and have the same pids. */
export function ownSocketName(): string {
  return `.${randomBytes(6).toString('hex')}.sock`;
}

export function socketPath(folder: string, index: number): string {
  return join(folder, `${index}.sock`);
}

/** The indices in use or left behind, in order. */
export function listIndices(folder: string): number[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new CommandError(
      `The folder ${folder} with the control sockets cannot be read: ${(error as Error).message}. It is for the user who starts the balancers; be that user, or set LOADBALANCER_RUNTIME_DIR to another folder.`,
    );
  }
  const indices = names.flatMap((name) => /^(\d+)\.sock$/.exec(name)?.[1] ?? []).map(Number);
  return indices.sort((a, b) => a - b);
}
