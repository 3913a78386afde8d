// A SocketCluster server with a broker of its own. It says its name when it is asked, and drops a client that wants it.
import { createServer } from 'node:http';
import socketCluster, { type ClusterServer, type ServerSocket } from 'socketcluster-server';

const [name, port] = process.argv.slice(2);
const server = createServer();

async function answer(socket: ServerSocket): Promise<void> {
  for await (const request of socket.procedure('who')) request.end(name);
}

async function drop(socket: ServerSocket): Promise<void> {
  for await (const _ of socket.receiver('drop')) socket.socket.terminate();
}

async function serve(cluster: ClusterServer): Promise<void> {
  for await (const { socket } of cluster.listener('connection')) {
    void answer(socket);
    void drop(socket);
  }
}

void serve(socketCluster.attach(server));
process.on('disconnect', () => process.exit());
server.listen(Number(port), '127.0.0.1', () => process.send?.('listening'));
