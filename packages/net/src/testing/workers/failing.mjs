// A worker that can't begin and says why, for tests.
process.once('message', () => {
  process.send({ type: 'failed', code: 'CONTROLLER_FAILED', message: 'the controller does not load' }, () => {
    process.exit(1);
  });
});
