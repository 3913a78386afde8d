#!/usr/bin/env node
// The command `loadbalancer`.
import './refuse-debugger.ts';

// Loaded only then: a static import would load all of the program before the first statement of any module runs.
const { main } = await import('./program.ts');
await main(process.argv);
