// A worker that dies before it is ready, but for the first one, for tests.
process.on('message', (message) => {
  if (message.type !== 'init') return;
  if (message.init.index > 0) process.exit(7);
  process.send({ type: 'ready', port: 80 });
});
