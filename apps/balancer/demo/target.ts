// One target: a socket.io server in a process of its own, which the main process forks. It knows of no balancer,
// save for the one pid that it ends if the main process was killed.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import type { DemoState, FromTarget, PageEvents, TargetEvents, ToTarget } from './protocol.ts';
import { createHandler } from './target-http.ts';

// Below those that systems give to outgoing connections: one of these could take the port of a target that is down.
const FIRST_PORT = 20_000;
const LAST_PORT = 30_000;
const ANY_PORT_TRIES = 20;

const name = process.argv[2] ?? '?';
const port = Number(process.argv[3] ?? 0);

let state: DemoState | null = null;
let balancerPid: number | null = null;

const tellParent = (message: FromTarget, told?: () => void): void => void process.send?.(message, undefined, {}, told);

const server = createServer(createHandler(name, (order, target) => tellParent({ type: 'order', order, name: target })));
const io = new Server<PageEvents, TargetEvents>(server);

io.on('connection', (socket) => {
  socket.emit('hello', { name, pid: process.pid });
  if (state !== null) socket.emit('state', state);
  socket.on('echo', (answer) => answer());
});

process.on('message', (message: ToTarget) => {
  if (message.type === 'balancer') balancerPid = message.pid;
  if (message.type === 'state') {
    state = message.state;
    io.emit('state', state);
  }
});

// The parent is gone without having ended us: nobody else will end the balancer either.
process.on('disconnect', () => {
  try {
    if (balancerPid !== null) process.kill(balancerPid, 'SIGTERM');
  } catch {
    // It has ended already, perhaps by a sibling's hand.
  }
  process.exit(0);
});

let triesLeft = ANY_PORT_TRIES;

function listen(): void {
  server.listen(port === 0 ? randomInt(FIRST_PORT, LAST_PORT) : port, '127.0.0.1');
}

server.on('error', (error) => {
  if (port === 0 && triesLeft-- > 0) listen();
  else tellParent({ type: 'failed', reason: error.message }, () => process.exit(1));
});
server.once('listening', () => {
  tellParent({ type: 'listening', port: (server.address() as AddressInfo).port });
});
listen();
