// Keeps SIGUSR1 from opening Node's debugger in the command's own process; those that it starts have `childFlags`.
// Imported before anything else.
process.on('SIGUSR1', () => {});
