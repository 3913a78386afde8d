// What makes a value an option: what is accepted, and everything that holds for it beyond its value. Validates nothing.

import type * as z from 'zod';

/** What a value of the option belongs to. */
export type Scope = 'process' | 'listener' | 'pool' | 'target';

/**
 * What a reload does about another value: it holds for later connections, the workers are replaced (the listeners too,
 * where the scope is `listener`), or the reload is refused until a restart.
 */
export type Reload = 'live' | 'workers' | 'restart';

/** Who can give it: the `loadbalancer` command, a caller of `createBalancer`, or both. */
export type Audience = 'command' | 'library' | 'both';

/** How a value is shown and described. */
export interface ValueMeta {
  readonly description: string;
  /** What a number counts: `ms`, `bits`, `processes`. */
  readonly unit?: string;
  /** What is accepted, in words, where type, bounds and values don't say it. */
  readonly expected?: string;
  /** The default, in words, where it depends on the machine or isn't a value. */
  readonly defaultInWords?: string;
  /** Never to be shown. */
  readonly secret?: boolean;
}

export interface OptionMeta<In extends Scope = Scope, Who extends Audience = Audience> extends ValueMeta {
  readonly scope: In;
  readonly reload: Reload;
  readonly audience: Who;
}

/** What zod accepts for an option, with its scope and audience in its type. */
export type Option<
  Schema extends z.ZodType = z.ZodType,
  In extends Scope = Scope,
  Who extends Audience = Audience,
> = Schema & { readonly scope: In; readonly audience: Who };

/** Options by name. A schema without scope, reload and audience does not compile here. */
// biome-ignore lint/plugin: the keys are those of our schema
export type OptionGroup = Readonly<Record<string, Option>>;

export function option<Schema extends z.ZodType, In extends Scope, Who extends Audience>(
  schema: Schema,
  meta: OptionMeta<In, Who>,
): Option<Schema, In, Who> {
  return Object.assign(schema.meta({ ...meta }), { scope: meta.scope, audience: meta.audience });
}
