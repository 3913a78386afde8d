// Giving up for good what a program with a setuid bit or with file capabilities could give back to this process.
import { loadLibc } from '../libc.ts';

const PR_SET_NO_NEW_PRIVS = 38;

/**
 * Neither this process nor its children can gain rights by starting a program (prctl(2), PR_SET_NO_NEW_PRIVS). It holds for the
 * calling thread and what that starts from now on. Does nothing without the binding to libc.
 */
export function refuseNewPrivileges(): void {
  const libc = loadLibc();
  if (libc instanceof Error) return;
  const prctl = libc.koffi
    .load(null)
    .func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');
  libc.check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 'prctl');
}
