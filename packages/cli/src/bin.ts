#!/usr/bin/env node
// The command `loadbalancer`.
import { main } from './program.ts';

await main(process.argv);
