// From the flat form to a part for each scope, so that each user of options gets what it uses.

import { listenerOptions } from './schema/listener-options.ts';
import { poolOptions } from './schema/pool-options.ts';
import { processOptions } from './schema/process-options.ts';
import { inspectMasked } from './secrets.ts';
import type { ListenerOptions, OptionName, PoolOptions, ProcessOptions, ResolvedOptions } from './types.ts';

/** The options as they hold at one time. Never changed: a reload makes another one. */
export interface SplitOptions {
  readonly listener: ListenerOptions;
  readonly pool: PoolOptions;
  readonly process: ProcessOptions;
}

/** Leaves out what is of no scope. */
export function splitOptions(options: ResolvedOptions): SplitOptions {
  return Object.freeze({
    listener: part(options, listenerOptions),
    pool: part(options, poolOptions),
    process: part(options, processOptions),
  });
}

function part<Name extends OptionName>(
  options: ResolvedOptions,
  group: Readonly<Record<Name, unknown>>,
): Pick<ResolvedOptions, Name> {
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) if (Object.hasOwn(group, name)) own[name] = value;
  return Object.freeze(inspectMasked(own as Pick<ResolvedOptions, Name>));
}
