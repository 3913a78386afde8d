// From the flat form to a part for each scope, so that each user of options gets what it uses.

import { optionNodes } from './option-nodes.ts';
import type { Scope } from './schema/option.ts';
import { inspectMasked } from './secrets.ts';
import type { ListenerOptions, OptionName, OptionsOf, PoolOptions, ProcessOptions, ResolvedOptions } from './types.ts';

/** The options as they hold at one time. Never changed: a reload makes another one. */
export interface SplitOptions {
  readonly listener: ListenerOptions;
  readonly pool: PoolOptions;
  readonly process: ProcessOptions;
}

/** Leaves out what is of no scope. */
export function splitOptions(options: ResolvedOptions): SplitOptions {
  return Object.freeze({
    listener: part(options, 'listener'),
    pool: part(options, 'pool'),
    process: part(options, 'process'),
  });
}

function part<In extends Scope>(options: ResolvedOptions, scope: In): OptionsOf<In> {
  const own: Record<string, unknown> = {};
  for (const name of Object.keys(options) as OptionName[]) {
    if (optionNodes.get(name)?.scope === scope) own[name] = options[name];
  }
  return Object.freeze(inspectMasked(own as OptionsOf<In>));
}
