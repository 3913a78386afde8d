// What a reload has come to, for people: in the log, and as an answer.
import type { ReloadAnswer } from '@lb/net';

export function reloadText(configPath: string, { changed, workersReplaced }: ReloadAnswer): string {
  const replaced = workersReplaced === 1 ? '1 worker was replaced' : `${workersReplaced} workers were replaced`;
  const facts = [
    changed.length === 0 ? 'no option has changed' : `${changed.join(', ')} changed`,
    ...(workersReplaced > 0 ? [replaced] : []),
  ];
  return `reloaded ${configPath}: ${facts.join(', ')}`;
}
