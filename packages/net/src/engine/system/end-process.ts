// Ends this process though a thread of Node's pool is busy. `process.exit` waits for those threads, and the look-up of a name that no
// name server answers takes 10 s and more.
import { loadLibc } from './libc.ts';

/** Ends the process with `process.exitCode`. What listens for `exit` is called; where there is no libc binding, it is `process.exit`. */
export function endProcess(): void {
  const libc = loadLibc();
  if (libc instanceof Error) process.exit();
  const code = Number(process.exitCode ?? 0);
  process.emit('exit', code);
  libc.koffi.load(null).func('void _exit(int)')(code);
}
