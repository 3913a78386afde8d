// The balancer as a library: one process, no cluster, no files, no signals.
import { BalancerError } from '@lb/core';
import type { TargetControl } from '@lb/core/internal';
import { SILENT } from '../base/log.ts';
import {
  type BalancerOptions,
  type CommandOptionName,
  commandOptions,
  parseTargets,
  resolveOptions,
  splitOptions,
} from '../options/index.ts';
import { Balancer, type BalancerHooks } from './balancer.ts';
import type { BalancerStatus } from './balancer-status.ts';
import type { Accepting } from './listener.ts';
import { localNames } from './local-names.ts';

/** Without what only a balancer of several processes can do; `loadbalancer run` does. */
export type LibraryOptions = Omit<BalancerOptions, CommandOptionName>;

export type LibraryHooks = Pick<BalancerHooks, 'admit' | 'log' | 'engine'>;

export interface LibraryBalancer extends Omit<TargetControl, 'close' | 'settings'> {
  /** The port it listens on, once it does. */
  readonly port: number | undefined;
  /** Resolves the targets' names and begins to accept. @throws {BalancerError} when the address can't be listened on */
  listen(): Promise<void>;
  /** Accepts no more, lets open connections end within `shutdownTimeout`, and resets those left. */
  close(): Promise<void>;
  status(): BalancerStatus;
}

/**
 * A balancer within this process.
 * @throws {OptionsError} with all that is wrong with the options
 * @example
 * const balancer = createBalancer({ sourcePort: 8080, targets: [{ host: 'localhost', port: 3000 }] });
 * await balancer.listen();
 */
export function createBalancer(input: LibraryOptions, hooks: LibraryHooks = {}): LibraryBalancer {
  const unfit = commandOptions.find((name) => Object.hasOwn(input, name));
  if (unfit) {
    throw new BalancerError(
      `${unfit} is for the loadbalancer command: a balancer within one process cannot do it. Leave it out; middleware is given as "admit".`,
      { code: 'CLUSTER_OPTION' },
    );
  }
  const { options } = resolveOptions(input);
  const balancer = new Balancer(splitOptions(options), hooks);
  const { control } = balancer;
  const discovered = localNames(balancer, hooks.log ?? SILENT);
  let accepting: Accepting | undefined;
  return {
    get port() {
      return accepting?.port;
    },
    async listen() {
      await discovered.watchUntilUsable(control.targets());
      accepting = await balancer.listenOn(options.sourceHost, options.sourcePort);
      balancer.startProbing();
    },
    async close() {
      discovered.close();
      await accepting?.close();
      accepting = undefined;
      await balancer.drain(options.shutdownTimeout);
    },
    setTargets(targets) {
      control.setTargets(parseTargets(targets, options));
      void discovered.watch(control.targets());
    },
    targets: () => control.targets(),
    activeTargets: () => control.activeTargets(),
    deactivateTarget: (host, port) => control.deactivateTarget(host, port),
    isTargetActive: (host, port) => control.isTargetActive(host, port),
    status: () => balancer.status(),
  };
}
