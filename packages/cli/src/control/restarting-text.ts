// A balancer between two primaries, for people.
import type { Supervisor } from './supervisors.ts';

export function restartingText({ index, pid, configPath, logPath }: Supervisor): string {
  return `Balancer ${index} is restarting: its supervisor (pid ${pid}) starts another primary with ${configPath}; ${logPath} says why.`;
}
