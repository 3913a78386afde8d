// The types of options before and after resolving, all taken from the schema. No rules of their own.

import type * as z from 'zod';
import type { Scope } from './schema/option.ts';
import type { options, optionsSchema } from './schema/schema.ts';

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

/**
 * What a config file or a caller of `createBalancer` may give. Only `sourcePort` and `targets` are required; the
 * README's table of options says what the others mean, their units and their defaults.
 */
export type BalancerOptions = DeepReadonly<z.input<typeof optionsSchema>>;

/**
 * Options with every default filled in. A user or group given as digits is a number, `balancerControllerPath` is
 * absolute, each target is in the list once, and what is only accepted to be ignored is gone. Frozen.
 */
export type ResolvedOptions = DeepReadonly<z.output<z.ZodObject<typeof options>>>;

export type OptionName = keyof ResolvedOptions;

type OptionWith<Traits> = {
  [Name in OptionName]: (typeof options)[Name] extends Traits ? Name : never;
}[OptionName];

export type OptionsOf<In extends Scope> = Pick<ResolvedOptions, OptionWith<{ readonly scope: In }>>;

/** Where connections come in, who is admitted, and how much each may have. */
export type ListenerOptions = OptionsOf<'listener'>;
/** The targets, which client stays on which, and how they are connected to. */
export type PoolOptions = OptionsOf<'pool'>;
/** The balancer as a whole: its processes, their rights and engine, and what all listeners and pools share. */
export type ProcessOptions = OptionsOf<'process'>;

/** Options that only the `loadbalancer` command can go by. */
export type CommandOptionName = OptionWith<{ readonly audience: 'command' }>;

/** A target as resolved options hold it: `{ host, port, weight }` or `{ path, weight }`. */
export type ResolvedTarget = PoolOptions['targets'][number];
