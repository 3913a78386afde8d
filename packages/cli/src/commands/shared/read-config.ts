// Reads the config file of a command. The schema and its libraries are loaded only then: commands that read none take a third of
// the time without them.
import type { ConfigFile } from '../../config/config-file.ts';

export async function readConfig(path: string): Promise<ConfigFile> {
  const { readConfigFile } = await import('../../config/config-file.ts');
  return readConfigFile(path);
}
