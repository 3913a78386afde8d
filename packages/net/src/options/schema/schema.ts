// All that a config may hold: each option stands once, with its type, bounds, default and meaning, in the order of the README's
// table. The types, the validation, the JSON Schema, that table and what a reload does are made from it. What 0.9.26
// tolerated beyond it is in legacy.ts; what spans options, in checks.ts.

import * as z from 'zod';
import { clientOptions } from './client-options.ts';
import { ignored } from './kinds.ts';
import { operatingOptions } from './operating-options.ts';
import type { OptionGroup } from './option.ts';
import { routingOptions } from './routing-options.ts';

export const options = { ...routingOptions, ...clientOptions, ...operatingOptions } satisfies OptionGroup;

export const optionsSchema = z.strictObject({
  ...options,
  // Of no scope: they are not in the resolved options.
  schedulingPolicy: ignored('the operating system spreads connections over the processes'),
  maxBufferSize: ignored('a client is read only once its target is connected, so nothing is buffered before'),
  $schema: z.string().optional().meta({
    description: 'The address of the JSON Schema, for editors. Ignored.',
    expected: 'the address of a JSON Schema',
  }),
});
