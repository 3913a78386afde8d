// The shortest load balancer on node:net: workers that share a listener, a hash of the client's address, pipe both ways.
import cluster from 'node:cluster';
import { connect, createServer } from 'node:net';
import type { Address } from '../machine/addresses.ts';

interface PipeServer {
  readonly port: number;
  readonly workers: number;
  readonly targets: readonly Address[];
}

const { port, workers, targets }: PipeServer = JSON.parse(process.argv[2] ?? '{}');

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  let listening = 0;
  cluster.on('listening', () => {
    if (++listening === workers) console.log('ready');
  });
  for (let count = 0; count < workers; count++) cluster.fork();
  process.once('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill();
    process.exit();
  });
} else {
  const server = createServer((downstream) => {
    const target = targets[hash(downstream.remoteAddress ?? '') % targets.length] as Address;
    const upstream = connect(target.port, target.host);
    downstream.on('error', () => upstream.destroy());
    upstream.on('error', () => downstream.destroy());
    downstream.pipe(upstream).pipe(downstream);
  });
  server.listen(port, '127.0.0.1');
}

function hash(text: string): number {
  let value = 0;
  for (let at = 0; at < text.length; at++) value = (Math.imul(value, 31) + text.charCodeAt(at)) >>> 0;
  return value;
}
