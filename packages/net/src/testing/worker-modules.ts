// Modules that stand for a worker's, for tests. A process of its own runs them, on Nodes that don't strip types, so they are
// written to files as they are.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Counters } from '../proxy/events/counters.ts';

const folder = mkdtempSync(join(tmpdir(), 'lb-workers-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A worker that is ready at once, for tests. To each client it says its index and pid, and it takes what a client says, as JSON, for a message to the primary. */
const READY = `
import { createServer } from 'node:net';

let init;
let targets = [];
const served = new Set();

function serve(index) {
  if (served.has(index)) return;
  served.add(index);
  createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => process.send(JSON.parse(chunk)));
    socket.write(\`\${init.index} \${process.pid}\\n\`);
  }).listen({ fd: init.listeners[index] });
}

process.on('message', (message) => {
  switch (message.type) {
    case 'init':
      init = message.init;
      setInterval(() => process.connected && process.send({ type: 'beat' }), 50).unref();
      return process.send({ type: 'ready', port: init.options.listener.sourcePort });
    case 'serve':
      return message.listeners.forEach(serve);
    case 'agreement':
      return agree(message.message);
    case 'session':
      return process.send({ type: 'session', request: message.request });
    case 'status':
      return process.send({ type: 'status', request: message.request, status: status() });
    case 'drain':
      process.send({ type: 'unlistened' }, () => process.exit(0));
  }
});

function agree(message) {
  const say = (answer) => process.send({ type: 'agreement', message: answer });
  if (message.type === 'epoch') targets = message.targets.map(({ options }) => options);
  if (message.type === 'prepare') say({ type: 'prepared', epoch: message.epoch });
  if (message.type === 'check') say({ type: 'held', check: message.check, clientKeys: [] });
}

function status() {
  return {
    engine: 'streams',
    connections: 1,
    sessions: 2,
    counters: ${JSON.stringify({ ...new Counters(), accepted: 3 })},
    displacedSessions: 0,
    eventLoopDelayMs: 0,
    targets: targets.map(({ host, port, weight = 1 }) => {
      const target = \`\${host}:\${port}\`;
      return { target, weight, mode: 'enabled', suspended: false, connections: 1, sessions: 1 };
    }),
  };
}
`;

/** A worker that can't begin and says why, for tests. */
const FAILING = `
process.once('message', () => {
  process.send({ type: 'failed', code: 'CONTROLLER_FAILED', message: 'the controller does not load' }, () => {
    process.exit(1);
  });
});
`;

/** A worker of another release than its primary, for tests. */
const UPGRADED = FAILING.replace('CONTROLLER_FAILED', 'UPGRADED').replace('the controller does not load', 'upgraded');

/** A worker that dies before it is ready, but for the first one, for tests. */
const DYING = `
process.on('message', (message) => {
  if (message.type !== 'init') return;
  if (message.init.index > 0) process.exit(7);
  process.send({ type: 'ready', port: 80 });
});
`;

/** As the first, but it can't begin with a controller, for tests. */
const REFUSING_CONTROLLER = READY.replace(
  "    case 'init':",
  `    case 'init':
      if (message.init.options.process.balancerControllerPath) {
        return process.send({ type: 'failed', code: 'CONTROLLER_FAILED', message: 'no' }, () => process.exit(1));
      }`,
);

/** As the first, but with a controller it hangs before it is ready, for tests. */
const HANGING_CONTROLLER = READY.replace(
  "    case 'init':",
  `    case 'init':
      if (message.init.options.process.balancerControllerPath) for (;;);`,
);

/** As the one that can't begin with a controller, but the first place is filled, for tests. */
const PARTLY_REFUSING = REFUSING_CONTROLLER.replace(
  'if (message.init.options',
  'if (message.init.index > 0 && message.init.options',
);

/** As the one that hangs with a controller, but the first place is filled, for tests. */
const PARTLY_HANGING = HANGING_CONTROLLER.replace(
  'if (message.init.options',
  'if (message.init.index > 0 && message.init.options',
);

/** As the first, but with a controller it exits before it is ready, except in the first place, for tests. */
const PARTLY_EXITING = READY.replace(
  "    case 'init':",
  `    case 'init':
      if (message.init.index > 0 && message.init.options.process.balancerControllerPath) process.exit(7);`,
);

/** As the first, but a client may also have it close its channel, or send a socket along with a message, for tests. */
const ASTRAY = READY.replace(
  'process.send(JSON.parse(chunk))',
  `{
      if (String(chunk) === 'disconnect') process.disconnect();
      else if (String(chunk) === 'socket') process.send({ type: 'unlistened' }, socket);
      else process.send(JSON.parse(chunk));
    }`,
);

export const WORKERS = {
  ready: modulePath('ready', READY),
  astray: modulePath('astray', ASTRAY),
  failing: modulePath('failing', FAILING),
  upgraded: modulePath('upgraded', UPGRADED),
  dying: modulePath('dying', DYING),
  partlyRefusing: modulePath('partly-refusing', PARTLY_REFUSING),
  partlyHanging: modulePath('partly-hanging', PARTLY_HANGING),
  partlyExiting: modulePath('partly-exiting', PARTLY_EXITING),
  hangingController: modulePath('hanging-controller', HANGING_CONTROLLER),
  refusingController: modulePath('refusing-controller', REFUSING_CONTROLLER),
};

function modulePath(name: string, text: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return path;
}
