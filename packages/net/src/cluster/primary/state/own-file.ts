// Files that belong to this user alone and outlive the process. Runs in the primary. What others may have put in their place is refused.
import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';

const { O_RDWR, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/**
 * Opens a file for reading and writing, and makes it with mode 0600 if it is not there.
 * @throws {NodeJS.ErrnoException} also for a link (`ELOOP`), what is not a file, and what is not this user's alone (`EPERM`)
 */
export function openOwnFile(path: string): number {
  const fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  const fault = faultOf(fstatSync(fd));
  if (fault === undefined) return fd;
  closeSync(fd);
  throw Object.assign(new Error(`${path} ${fault}. Remove it`), { code: 'EPERM' });
}

function faultOf(stat: Stats): string | undefined {
  const user = process.getuid?.();
  const { uid, mode, nlink } = stat;
  if (!stat.isFile()) return 'is not a file';
  if (user === undefined) return undefined; // a system where a file has no such mode
  if (uid !== user) return `belongs to uid ${uid}, and not to uid ${user}`;
  if ((mode & 0o077) !== 0) return `has mode ${(mode & 0o777).toString(8)}, and not 600`;
  return nlink > 1 ? 'has a second name' : undefined;
}
