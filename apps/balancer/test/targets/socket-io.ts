// A socket.io server that counts each client's requests and connections. Clients say who they are in a header.
import { createServer, type IncomingMessage } from 'node:http';
import { Server } from 'socket.io';

const [name, port] = process.argv.slice(2);
const server = createServer({ keepAliveTimeout: 0 });
new Server(server, { serveClient: false }).on('connection', (socket) => {
  socket.on('ask', (question, answer) => answer({ target: name, question, transport: socket.conn.transport.name }));
});

interface Seen {
  polls: number;
  webSockets: number;
  connections: number;
}

const clients: Record<string, Seen> = {};
const known = new WeakSet<object>();

function count(kind: 'polls' | 'webSockets'): (request: IncomingMessage) => void {
  return ({ headers, socket }) => {
    const client = String(headers['x-client']);
    const seen = clients[client] ?? { polls: 0, webSockets: 0, connections: 0 };
    clients[client] = seen;
    seen[kind] += 1;
    if (!known.has(socket)) seen.connections += 1;
    known.add(socket);
  };
}

server.on('request', count('polls'));
server.on('upgrade', count('webSockets'));

process.on('message', () => process.send?.(clients));
process.on('disconnect', () => process.exit());
server.listen(Number(port), '127.0.0.1', () => process.send?.('listening'));
