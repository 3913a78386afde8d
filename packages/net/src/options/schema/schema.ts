// All that a config may hold: each option stands once, in the file of its scope, with its type, bounds, default and meaning.
// The types, the validation, the JSON Schema, the README's table and what a reload does are made from it. What 0.9.26
// tolerated beyond it is in legacy.ts; what spans options, in checks.ts.

import * as z from 'zod';
import { ignored } from './kinds.ts';
import { listenerOptions } from './listener-options.ts';
import { poolOptions } from './pool-options.ts';
import { processOptions } from './process-options.ts';

export const optionsSchema = z.strictObject({
  ...listenerOptions,
  ...poolOptions,
  ...processOptions,
  // Of no scope: they are not in the resolved options.
  schedulingPolicy: ignored('the operating system spreads connections over the processes'),
  maxBufferSize: ignored('a client is read only once its target is connected, so nothing is buffered before'),
  $schema: z.string().optional().meta({
    description: 'The address of the JSON Schema, for editors. Ignored.',
    expected: 'the address of a JSON Schema',
  }),
});
