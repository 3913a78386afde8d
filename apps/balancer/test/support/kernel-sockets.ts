// What the kernel tells about TCP sockets of IPv4: who waits in a listener's queue, and which connections a process has accepted.
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';

const LISTENING = '0A';

interface SocketRow {
  readonly localPort: number;
  /** As `127.0.0.1:80`. */
  readonly remote: string;
  readonly listening: boolean;
  /** Of a listener: connections in its queue. */
  readonly waiting: number;
  readonly inode: string;
}

/** How many connections wait for the only listener of a port to accept them. */
export function queueOf(port: number): number | undefined {
  return listeners().find((row) => row.localPort === port)?.waiting;
}

/** How many connections wait at each listener that a process holds, by its descriptor. */
export function queuesHeldBy(pid: number): Map<number, number> {
  const waiting = new Map(listeners().map((row) => [row.inode, row.waiting]));
  const queues = new Map<number, number>();
  for (const [fd, inode] of socketsOf(pid)) {
    const queue = waiting.get(inode);
    if (queue !== undefined) queues.set(fd, queue);
  }
  return queues;
}

/** The clients, as `127.0.1.1:40000`, whose connections to a port a process has accepted and still holds. */
export function clientsHeldBy(pid: number, port: number): Set<string> {
  const inodes = new Set(socketsOf(pid).values());
  // The kernel lists its sockets in pieces, and one that shifts meanwhile may be left out; hardly twice.
  const rows = [...socketRows(), ...socketRows()];
  const held = rows.filter((row) => !row.listening && row.localPort === port && inodes.has(row.inode));
  return new Set(held.map((row) => row.remote));
}

function socketsOf(pid: number): Map<number, string> {
  const sockets = new Map<number, string>();
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
    if (inode !== undefined) sockets.set(Number(fd), inode);
  }
  return sockets;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** The kernel lists them first, and what comes after may be long. */
function listeners(): SocketRow[] {
  const found: SocketRow[] = [];
  for (const row of socketRows()) {
    if (!row.listening) break;
    found.push(row);
  }
  return found;
}

function* socketRows(): Generator<SocketRow> {
  const file = openSync('/proc/net/tcp', 'r');
  try {
    const piece = Buffer.alloc(65_536);
    let isHeading = true;
    for (let rest = ''; ; ) {
      const length = readSync(file, piece);
      if (length === 0) return;
      const lines = (rest + piece.toString('latin1', 0, length)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (!isHeading) yield socketRow(line);
        isHeading = false;
      }
    }
  } finally {
    closeSync(file);
  }
}

function socketRow(line: string): SocketRow {
  const [, local = '', remote = '', state, queues = '', , , , , inode = ''] = line.trim().split(/\s+/);
  return {
    localPort: Number.parseInt(local.split(':')[1] ?? '', 16),
    remote: addressText(remote),
    listening: state === LISTENING,
    waiting: Number.parseInt(queues.split(':')[1] ?? '', 16),
    inode,
  };
}

/** `0100007F:0050` as `127.0.0.1:80`. */
function addressText(hex: string): string {
  const [address = '', port = ''] = hex.split(':');
  const bytes = Buffer.from(address, 'hex').reverse();
  return `${[...bytes].join('.')}:${Number.parseInt(port, 16)}`;
}
