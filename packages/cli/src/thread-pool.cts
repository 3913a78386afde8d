// Gives this process 64 threads for what Node does in threads, unless UV_THREADPOOL_SIZE says otherwise: by default it has four, two of
// which look up names, and a name that has no answer keeps one for 10 s and more. For processes that look up the names of targets.
// CommonJS, and required before anything else: to load an ES module, Node 20 starts the threads. The variable is set for that moment
// only, since child processes would inherit it.
if (process.env.UV_THREADPOOL_SIZE === undefined) {
  process.env.UV_THREADPOOL_SIZE = '64';
  process.getBuiltinModule('node:fs').stat('/', () => {}); // starts the threads
  delete process.env.UV_THREADPOOL_SIZE;
}
