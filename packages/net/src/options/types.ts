// The types of options before and after resolving, all taken from the schema. No rules of their own.

import type * as z from 'zod';
import type { listenerOptions } from './schema/listener-options.ts';
import type { OptionGroup } from './schema/option.ts';
import type { poolOptions } from './schema/pool-options.ts';
import type { processOptions } from './schema/process-options.ts';
import type { optionsSchema } from './schema/schema.ts';

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

/**
 * What a config file or a caller of `createBalancer` may give. Only `sourcePort` and `targets` are required; the
 * README's table of options says what the others mean, their units and their defaults.
 */
export type BalancerOptions = DeepReadonly<z.input<typeof optionsSchema>>;

type Resolved<Group extends OptionGroup> = DeepReadonly<z.output<z.ZodObject<Group>>>;

/** Where connections come in, who is admitted, and how much each may have. */
export type ListenerOptions = Resolved<typeof listenerOptions>;
/** The targets, which client stays on which, and how they are connected to. */
export type PoolOptions = Resolved<typeof poolOptions>;
/** The balancer as a whole: its processes, their rights and engine, and what all listeners and pools share. */
export type ProcessOptions = Resolved<typeof processOptions>;

/**
 * Options with every default filled in. A user or group given as digits is a number, `balancerControllerPath` is
 * absolute, each target is in the list once, and what is only accepted to be ignored is gone. Frozen.
 */
export type ResolvedOptions = ListenerOptions & PoolOptions & ProcessOptions;

export type OptionName = keyof ResolvedOptions;

/** A target as resolved options hold it: `{ host, port, weight }` or `{ path, weight }`. */
export type ResolvedTarget = PoolOptions['targets'][number];

/** Options that only the `loadbalancer` command can go by. */
export type CommandOptionName = {
  [Name in OptionName]: (typeof optionsSchema.shape)[Name]['audience'] extends 'command' ? Name : never;
}[OptionName];
