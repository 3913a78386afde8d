// A worker that is ready at once, for tests. To each client it says its index and pid, and it takes what a client says, as JSON,
// for a message to the primary.
import { createServer } from 'node:net';

let init;
let targets = [];
const suspended = new Set();
const served = new Set();

function serve(index) {
  if (served.has(index)) return;
  served.add(index);
  createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => process.send(JSON.parse(chunk)));
    socket.write(`${init.index} ${process.pid}\n`);
  }).listen({ fd: init.listeners[index] });
}

process.on('message', (message) => {
  switch (message.type) {
    case 'init':
      init = message.init;
      targets = init.options.targets;
      return process.send({ type: 'ready', port: init.options.sourcePort });
    case 'serve':
      return message.listeners.forEach(serve);
    case 'targets':
      targets = message.targets;
      return;
    case 'suspend':
      suspended.add(`${message.host}:${message.port}`);
      return;
    case 'status':
      return process.send({ type: 'status', request: message.request, status: status() });
    case 'drain':
      process.send({ type: 'unlistened' }, () => process.exit(0));
  }
});

function status() {
  return {
    engine: 'streams',
    connections: 1,
    sessions: 2,
    counters: { accepted: 3, blocked: 0, unserved: 0, passedOver: 0 },
    targets: targets.map(({ host, port, weight = 1 }) => {
      const target = `${host}:${port}`;
      return { target, weight, mode: 'enabled', suspended: suspended.has(target), connections: 1, sessions: 1 };
    }),
  };
}
