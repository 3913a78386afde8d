// Whether workers of earlier primaries may still serve clients: by the processes that there are. Runs in the primary. Linux only: elsewhere
// they are taken to. A controller that sets the title of its process hides it.
import { hasStrayWorkers } from './orphans.ts';
import { pidNamespace } from './pid-namespace.ts';
import { processStat } from './process-stat.ts';

/** Names this process, with the session that its workers are in too. Another one that has its pid later has another name. */
export function ownName(): string {
  return nameOf(process.pid);
}

/**
 * Whether one that stops still waits for its workers, or one that has died has left some.
 * @param writer the name of the last primary. One whose name is not known, or that has run in another container, may still run
 */
export function mayServe(writer: string | undefined): boolean {
  const [pid, , session, namespace] = writer?.split(' ') ?? [];
  if (process.platform !== 'linux' || !namespace || namespace !== pidNamespace()) return true;
  return nameOf(Number(pid)) === writer || hasStrayWorkers(Number(session));
}

function nameOf(pid: number): string {
  const { start, session } = processStat(pid) ?? {};
  return [pid, start, session, pidNamespace()].join(' ');
}
