// Reading what must be a file. Opening a named pipe waits for its writer, and a device may never end.
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/**
 * @param most bytes it may have
 * @throws {NodeJS.ErrnoException} also for what isn't a file (`EINVAL`), or is longer (`EFBIG`)
 */
export function readPlainFile(path: string, most = Number.POSITIVE_INFINITY): Uint8Array {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw failure('EINVAL', `${path} is not a file`);
    if (stat.size > most) throw failure('EFBIG', `${path} is longer than ${most} bytes`);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

function failure(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}
