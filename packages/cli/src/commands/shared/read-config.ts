// Reads the config file of a command. The schema and its libraries are loaded only then: commands that read none take a third of
// the time without them.
import type { CompleteConfig } from '../../config/complete-config.ts';

export async function readConfig(path: string): Promise<CompleteConfig> {
  const { readCompleteConfig } = await import('../../config/complete-config.ts');
  return readCompleteConfig(path);
}
