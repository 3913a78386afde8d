// Node's own options for each process that a process of the balancer starts. On SIGUSR1 Node opens its debugger on a port of
// this machine, where every local user can run code as the process's user. No process of the balancer does.

const NO_DEBUGGER = process.allowedNodeEnvironmentFlags.has('--disable-sigusr1')
  ? '--disable-sigusr1'
  : '--import=data:text/javascript,process.on("SIGUSR1",()=>{})';

/** Options whose value is a script to run: a child has a module of its own. */
const SCRIPTS = new Set(['-e', '--eval', '-p', '--print', '-pe']);

/** `execArgv` for a child: the options of this process, and one that keeps SIGUSR1 from opening the debugger. */
export function childFlags(own: readonly string[] = process.execArgv): string[] {
  const kept = own.filter((flag, at) => !SCRIPTS.has(flag) && !SCRIPTS.has(own[at - 1] ?? ''));
  return kept.includes(NO_DEBUGGER) ? kept : [...kept, NO_DEBUGGER];
}
