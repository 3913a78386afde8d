// Gives this process as many threads for what Node does in threads as pool-size.ts says, unless UV_THREADPOOL_SIZE is set. Where the
// system has not even that many, libuv would abort without a message: this process says so, and exits.
// CommonJS, and required before anything else: to load an ES module by `import`, Node 20 starts the threads. The variable is set for
// that moment only, since child processes would inherit it.
const { configIn, poolSize, roomFor } = require('#pool-size') as typeof import('./pool-size.ts', { with: {
  'resolution-mode': 'import',
}});
const given = process.env.UV_THREADPOOL_SIZE;
const size = given === undefined ? poolSize(configIn(process.argv)) : Number(given);
const shortage = roomFor(size);
if (shortage !== undefined) {
  process.stderr.write(`Error: ${shortage}\n`);
  process.exit(1);
}
if (given === undefined) {
  process.env.UV_THREADPOOL_SIZE = String(size);
  process.getBuiltinModule('node:fs').stat('/', () => {}); // starts the threads
  delete process.env.UV_THREADPOOL_SIZE;
}
