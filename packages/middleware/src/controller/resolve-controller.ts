// From the path in a config to the controller's file. It looks, but runs nothing of the file.
import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, resolve } from 'node:path';
import { ControllerError } from '../errors.ts';
import { reasonText } from '../reason.ts';

const require = createRequire(import.meta.url);
const TYPESCRIPT = ['.ts', '.mts', '.cts'];

/**
 * Finds the file as `require` does: `../balancer` may be `../balancer.js`, or a folder with an `index.js`.
 * @param path absolute, or relative to the working directory
 * @throws {ControllerError} CONTROLLER_NOT_FOUND, CONTROLLER_UNREADABLE, CONTROLLER_TYPESCRIPT_UNSUPPORTED
 */
export function resolveController(path: string): string {
  if (!path) {
    const message = 'The path of the controller is empty. Set it, or leave the option out.';
    throw new ControllerError('CONTROLLER_NOT_FOUND', '', message);
  }
  const file = find(resolve(path));
  try {
    // Not `access`: it asks for the real user, and reading is up to the effective one. A named pipe would be waited for.
    const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const isFile = fstatSync(fd).isFile();
    closeSync(fd);
    if (!isFile) throw new Error('it is not a file');
  } catch (cause) {
    throw unreadable(file, cause);
  }
  if (TYPESCRIPT.includes(extname(file)) && !stripsTypes()) throw typescriptUnsupported(file);
  return file;
}

function find(path: string): string {
  try {
    return require.resolve(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw unreadable(path, cause);
    const state = stateOf(path);
    if (state instanceof Error) throw unreadable(path, state);
    const found = state ? 'is a folder without an index.js' : 'does not exist, nor does it with the ending .js';
    const advice = 'Set the path to the script; in a config file it is relative to that file.';
    throw new ControllerError('CONTROLLER_NOT_FOUND', path, `The controller ${path} ${found}. ${advice}`, { cause });
  }
}

/** Whether there is something at a path, or the error that hides it: `require` reports both as not found. */
function stateOf(path: string): boolean | Error {
  try {
    statSync(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? false : (error as Error);
  }
}

function unreadable(file: string, cause: unknown): ControllerError {
  const advice = 'Let the user that the balancer runs as read it and enter its folders.';
  const message = `The controller ${file} cannot be read: ${reasonText(cause)}. ${advice}`;
  return new ControllerError('CONTROLLER_UNREADABLE', file, message, { cause });
}

function stripsTypes(): boolean {
  return Boolean((process.features as { typescript?: unknown }).typescript);
}

function typescriptUnsupported(file: string): ControllerError {
  const what = `The controller ${file} is TypeScript, which this Node (${process.version}) does not run.`;
  const advice =
    'Use Node 22.18 or later with its type stripping on, or compile the script and set the path to the result.';
  const message = `${what} ${advice}`;
  return new ControllerError('CONTROLLER_TYPESCRIPT_UNSUPPORTED', file, message);
}
