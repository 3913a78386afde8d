// The primary's side of signals that its supervisor may not send: it sends them as messages, and they have the same effect.
import { endProcess } from '@lb/net/internal';
import { type SignalMessage, signalMessageFault } from '../daemon-messages.ts';

/** Obeys them from now on. */
export function obeySupervisor(): void {
  process.on('message', (message) => {
    if (signalMessageFault(message) !== undefined) return;
    const { signal } = message as SignalMessage;
    // As the system does for a process that does not handle the signal yet.
    if (!process.emit(signal, signal)) endProcess(1);
  });
}
