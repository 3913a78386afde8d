// The types of options before and after resolving, both taken from the schema. No rules of their own.

import type * as z from 'zod';
import type { optionsSchema } from './schema/schema.ts';

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
export type ResolvedOptions = DeepReadonly<Omit<z.output<typeof optionsSchema>, IgnoredName>>;

/** A target as resolved options hold it: `{ host, port, weight }` or `{ path, weight }`. */
export type ResolvedTarget = ResolvedOptions['targets'][number];

type IgnoredName = 'schedulingPolicy' | 'maxBufferSize' | '$schema';
