// Ends this process although a thread of Node's pool is busy. `process.exit` waits for those threads, and a name server that does not
// answer, or a file system that hangs, keeps one busy for 10 s and more.
import { loadLibc } from './libc.ts';

/** Ends the process. What listens for `exit` is called; where there is no libc binding, it is `process.exit`. */
export function endProcess(code = Number(process.exitCode ?? 0)): void {
  const libc = loadLibc();
  if (libc instanceof Error) process.exit(code);
  try {
    process.emit('exit', code);
  } finally {
    libc.koffi.load(null).func('void _exit(int)')(code);
  }
}
