// Options of the sockets that belong to the code under test, as the kernel has them. Linux only.
import { readdirSync } from 'node:fs';
import { posix } from './posix.ts';

/** The value of an option of the socket of this process that has these ports, as the kernel sees them from its side. */
export function socketOption(port: number, remotePort: number, level: number, name: number): number {
  return posix.option(descriptorOf(port, remotePort), level, name).readInt32LE();
}

/** The descriptor of this process that has these ports. */
export function descriptorOf(port: number, remotePort: number): number {
  const found = readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => {
      try {
        return posix.port(fd) === port && posix.remote(fd).port === remotePort;
      } catch {
        return false; // no socket, or none that is connected
      }
    });
  const [fd] = found;
  if (fd === undefined || found.length > 1)
    throw new Error(`${found.length} sockets have the ports ${port}, ${remotePort}`);
  return fd;
}
