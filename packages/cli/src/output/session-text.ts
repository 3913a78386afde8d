// Where a client goes and why, for people: a sentence, and who holds its session.
import type { SessionDocument } from '../control/protocol.ts';
import { durationText } from './duration.ts';
import { tableText } from './table.ts';

export function sessionText(document: SessionDocument): string {
  const { clientAddress, clientKey, holders } = document;
  const client = clientKey === clientAddress ? clientAddress : `${clientAddress} (as ${clientKey})`;
  const sentence = `${client} ${wayOf(document)}.`;
  if (holders.length === 0) return sentence;
  const table = tableText(
    ['process', 'pid', 'target', 'connections', 'idle'],
    holders.map(({ worker, pid, target, connections, idleMs }) => [
      worker,
      pid,
      target,
      connections,
      idleMs === undefined ? undefined : durationText(idleMs / 1000),
    ]),
  );
  return `${sentence}\n\n${table}`;
}

function wayOf({ target, reason, home, deniedBy }: SessionDocument): string {
  switch (reason) {
    case 'session':
      return `goes to ${target}, its home: it has a session there`;
    case 'displaced':
      return `goes to ${target}: it has a session there, displaced from its home ${home ?? '(none is in use)'}`;
    case 'home':
      return `would go to ${target}, its home: it has no session`;
    case 'earlier home':
      return `would go to ${target}, its home before the targets changed: a process has ended that may have had its session`;
    case 'next choice':
      return `would go to ${target}, its next choice: it has no session, and its home ${home} is suspended`;
    case 'denied':
      return deniedBy === 'allow'
        ? 'is turned away: it is not in the list `allow` of the config'
        : 'is turned away: it is in the list `deny` of the config';
    case 'no target':
      return 'goes nowhere: no target is in use. "loadbalancer targets" shows them, and "loadbalancer enable HOST:PORT" puts one into use';
  }
}
