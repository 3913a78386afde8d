// An echo server for WebSockets, and for clients without HTTP that say something first: to them it says its name and a newline.
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { WebSocketServer } from 'ws';

const [name, port] = process.argv.slice(2);
const http = createServer();
new WebSocketServer({ server: http }).on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (message) => socket.send(message, { binary: false }));
});

const server = createTcpServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', (first) => {
    socket.pause();
    socket.unshift(first);
    if (first.toString('latin1').startsWith('GET ')) {
      http.emit('connection', socket);
      process.nextTick(() => socket.resume()); // or it would never see the first bytes
    } else {
      socket.write(`${name}\n`);
      socket.pipe(socket);
    }
  });
});
process.on('disconnect', () => process.exit());
server.listen(Number(port), '127.0.0.1', () => process.send?.('listening'));
