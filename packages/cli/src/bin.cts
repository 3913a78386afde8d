#!/usr/bin/env node
// The command `loadbalancer`. CommonJS, for the sake of thread-pool.cts.

// Or the signal would open Node's debugger; the processes that this one starts have `childFlags`.
process.on('SIGUSR1', () => {});
// The kernel drops signals that the first process of a container does not handle. Once the balancer handles them itself, this does nothing.
if (process.argv[2] === 'run' && process.pid === 1) {
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const) {
    process.on(signal, () => {
      if (process.listenerCount(signal) > 1) return;
      // The config may be on a file system that hangs.
      void import('@lb/net/internal').then(({ endProcess }) => endProcess(128 + number));
    });
  }
}
// A service manager may ask for a reload while \`run\` still loads: it has not read its config yet. From a terminal that is gone it ends.
if (process.argv[2] === 'run' && !require('node:tty').isatty(1)) process.on('SIGHUP', () => {});
if (['run', 'check', 'start'].includes(process.argv[2] ?? '')) require('./thread-pool.cjs');

// An answer that is lost is a failure; one that a reader wants no more of is not. `start` and `run` do more than to answer.
if (process.argv[2] !== 'run' && process.argv[2] !== 'start') {
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    console.error(`Error: The output cannot be written: ${message}.`);
    process.exitCode = 1;
  });
}

void import('#program').then(async ({ main }) => {
  await main(process.argv);
  if (process.exitCode) (await import('@lb/net/internal')).endProcess(); // no failure waits for a name server
});
