/// <reference lib="dom" />
// The page's main module: holds the state and passes it to what draws. Each part draws only its own.
import type { DemoState } from '../protocol.ts';
import { Connection, type ConnectionListener } from './connection.ts';
import { Diagram } from './diagram.ts';
import { byId, setText, setTone } from './dom.ts';
import { EventLog } from './event-log.ts';
import { Meter } from './meter.ts';
import { Orders } from './orders.ts';
import { describeArrival, headline, newsBetween, noteFor, withoutAnswer } from './story.ts';
import { TargetCards } from './target-cards.ts';

/** A fail-over takes less; only longer than this is it news that no target answers. */
const SILENCE_DELAY = 800;

let state: DemoState | null = null;
let silent = false;
let silenceTimer: ReturnType<typeof setTimeout> | undefined;
/** The targets that this browser has been with, the present one included. */
const visited = new Set<string>();

const log = new EventLog(byId('events'));
const orders = new Orders(render, (target, order) => log.add(target, `No answer to the order to ${order} it.`));
const cards = new TargetCards(byId('targets'), orders);
const diagram = new Diagram(byId('diagram'));
const stopButton = byId('stop-mine');
const meters = new Map<Connection, Meter>();

const listener: ConnectionListener = {
  arrived(connection, arrival) {
    visited.add(arrival.target);
    log.add(arrival.target, describeArrival(arrival, connection.label));
  },
  state(next) {
    if (state !== null && next.revision <= state.revision) return;
    for (const { target, text, at } of newsBetween(state, next)) log.add(target, text, at);
    orders.settle(state, next);
    state = next;
    render();
  },
  changed(connection) {
    meters.get(connection)?.show(connection);
    watchForSilence();
    render();
  },
};

const connections = [
  new Connection('polling', 'HTTP long polling', listener),
  new Connection('websocket', 'WebSocket', listener),
];
for (const connection of connections) {
  const meter = new Meter(byId(connection.transport));
  meters.set(connection, meter);
  meter.show(connection);
}

function currentTarget(): string | null {
  return connections.find((connection) => connection.target !== null)?.target ?? null;
}

function watchForSilence(): void {
  if (currentTarget() !== null) {
    clearTimeout(silenceTimer);
    silenceTimer = undefined;
    silent = false;
    return;
  }
  silenceTimer ??= setTimeout(() => {
    silent = true;
    render();
  }, SILENCE_DELAY);
}

function render(): void {
  const current = currentTarget();
  setText(byId('current'), headline(current, state));
  setTone(byId('hero'), current);
  const settled = connections.every((connection) => connection.target !== null);
  if (settled || silent) setText(byId('note'), noteFor(current, visited, state));
  const busy = current === null || orders.pending(current) !== null;
  stopButton.setAttribute('aria-disabled', String(busy));
  const known = state !== null && silent ? withoutAnswer(state) : state;
  diagram.show(known, connections);
  if (known === null) return;
  byId('crowd-note').hidden = known.visitors.length === 0;
  cards.show(known, connections);
}

stopButton.addEventListener('click', () => {
  const current = currentTarget();
  if (current !== null) orders.give('stop', current);
});
