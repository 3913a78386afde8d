// The version of this package, from its package.json.
import { createRequire } from 'node:module';

export const VERSION: string = createRequire(import.meta.url)('#package').version;
