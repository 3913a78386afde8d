// A config with the controller that it names: the files that a balancer runs with. Nothing of the controller runs here.
import { resolveController } from '@lb/middleware';
import { type ConfigFile, readConfigFile } from './config-file.ts';

export interface CompleteConfig extends ConfigFile {
  /** The config and its controller, if it has one. Absolute. */
  readonly files: readonly string[];
}

/** As `readConfigFile`. @throws {ControllerError} why its controller cannot be loaded */
export async function readCompleteConfig(path: string, another?: string): Promise<CompleteConfig> {
  return complete(await readConfigFile(path, another));
}

/** @throws {ControllerError} why its controller cannot be loaded */
export function complete(config: ConfigFile): CompleteConfig {
  const { balancerControllerPath: controller } = config.options;
  return { ...config, files: controller === undefined ? [config.path] : [config.path, resolveController(controller)] };
}
