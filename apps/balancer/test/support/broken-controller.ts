// A balancer whose primary cannot be started again, whatever config it is given: its controller throws by then.
import type { Host } from './host.ts';

/** The config with a controller that does nothing, until it is broken. */
export async function withController<Config extends object>(place: Host, config: Config): Promise<Config> {
  await mendController(place);
  return { ...config, balancerControllerPath: 'controller.js' };
}

/** From now on no primary can start. */
export async function breakController(place: Host): Promise<void> {
  await place.write('controller.js', `throw new Error('broken');`);
}

export async function mendController(place: Host): Promise<void> {
  await place.write('controller.js', 'module.exports.run = () => {};');
}
