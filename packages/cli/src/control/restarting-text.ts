// A balancer without a primary that answers, for people.
import type { Supervisor } from './supervisors.ts';

export function restartingText({ index, pid, configPath, logPath, state }: Supervisor): string {
  const does = {
    starting: `starts its primary with ${configPath}; ${logPath} says how far it is.`,
    restarting: `starts another primary with ${configPath}; ${logPath} says why.`,
    stopping: `waits for its last processes to end; ${logPath} says more.`,
  }[state];
  return `Balancer ${index} is ${state}: its supervisor (pid ${pid}) ${does}`;
}
