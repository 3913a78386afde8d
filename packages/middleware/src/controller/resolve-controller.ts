// From the path in a config to the controller's file. It looks, but runs nothing of the file.
import { closeSync, constants, existsSync, fstatSync, openSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { ControllerError } from '../errors.ts';
import { reasonText } from '../reason.ts';
import { findScript } from './find-script.ts';

const TYPESCRIPT = ['.ts', '.mts', '.cts'];

/**
 * Finds the file as `require` does: `../balancer` may be `../balancer.js`, or a folder with an `index.js`. It looks each time.
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
  let file: string | undefined;
  try {
    file = findScript(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (file !== undefined) return file;
  const found = existsSync(path)
    ? 'is a folder without an index.js'
    : 'does not exist, nor does it with the ending .js';
  const advice = 'Set the path to the script; in a config file it is relative to that file.';
  throw new ControllerError('CONTROLLER_NOT_FOUND', path, `The controller ${path} ${found}. ${advice}`);
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
