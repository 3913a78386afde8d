// A balancer whose primary cannot be started again, whatever config it is given: its controller is gone by then.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from './host.ts';

/** The config with a controller that does nothing, until it is removed. */
export async function withController<Config extends object>(place: Host, config: Config): Promise<Config> {
  await restoreController(place);
  return { ...config, balancerControllerPath: 'controller.js' };
}

/** From now on no primary can start. */
export async function removeController(place: Host): Promise<void> {
  await rm(join(place.folder, 'controller.js'));
}

export async function restoreController(place: Host): Promise<void> {
  await place.write('controller.js', 'module.exports.run = () => {};');
}
