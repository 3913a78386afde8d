// The folder with the control sockets of one user's balancers, and the names in it.
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

/** Makes the folder if need be. @throws {CommandError} when others could put something into it */
export function makeControlFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CommandError(
      `The folder ${folder} for the control socket cannot be made: ${(error as Error).message}. Set LOADBALANCER_RUNTIME_DIR to a folder of yours.`,
    );
  }
  const { uid, mode } = lstatSync(folder);
  const ownedByUs = uid === (process.getuid?.() ?? uid);
  if (lstatSync(folder).isDirectory() && ownedByUs && (mode & 0o022) === 0) return;
  throw new CommandError(
    `The folder ${folder} is for control sockets, but others can write to it. Remove it, or make it yours alone (chmod 700).`,
  );
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
      `The folder ${folder} with the control sockets cannot be read: ${(error as Error).message}.`,
    );
  }
  const indices = names.flatMap((name) => /^(\d+)\.sock$/.exec(name)?.[1] ?? []).map(Number);
  return indices.sort((a, b) => a - b);
}
