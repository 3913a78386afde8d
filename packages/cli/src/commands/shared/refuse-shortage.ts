// A balancer that the system has not enough threads for is not started. Not asked again for a primary that replaces a dead one: the
// dead one's workers still have theirs, and end.
import { CommandError } from '../../command-error.ts';
import { roomForProcesses } from '../../pool-size.ts';

/** @param processes that will be started @throws {CommandError} when the system allows fewer threads than they need */
export function refuseShortage(processes: number): void {
  const shortage = roomForProcesses(processes);
  if (shortage !== undefined) throw new CommandError(shortage);
}
