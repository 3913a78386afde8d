#!/usr/bin/env node
// The command `loadbalancer`. CommonJS, for the sake of thread-pool.cts.

// Or the signal would open Node's debugger; the processes that this one starts have `childFlags`.
process.on('SIGUSR1', () => {});
if (process.argv[2] === 'run' || process.argv[2] === 'check') require('./thread-pool.cjs');

void import('./program.ts').then(async ({ main }) => {
  await main(process.argv);
  if (process.exitCode) (await import('@lb/net/internal')).endProcess(); // no failure waits for a name server
});
