// In the background a balancer needs its control socket: there is no other way to find it.
import { CommandError } from '../command-error.ts';
import type { ConfigFile } from '../config/config-file.ts';

/** @throws {CommandError} when the config has no control socket */
export function needsControlSocket({ options, path }: Pick<ConfigFile, 'options' | 'path'>): void {
  if (options.controlSocket) return;
  throw new CommandError(
    `${path} sets "controlSocket" to false, but a balancer that "loadbalancer start" has put into the background is found, shown and stopped through its control socket. Leave that option out, or use "loadbalancer run".`,
  );
}
