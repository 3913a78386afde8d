/// <reference lib="dom" />
// The cards of all targets: state, who is on them, and the button to stop or start each.
import type { DemoState, Order, TargetState, Visitor } from '../protocol.ts';
import type { Connection } from './connection.ts';
import { copyOf, part, setText, setTone } from './dom.ts';
import type { Orders } from './orders.ts';

const STATUS_TEXT = { up: 'Up', starting: 'Starting', down: 'Stopped', unknown: 'No answer' };

export class TargetCards {
  readonly #list: Element;
  readonly #orders: Orders;
  readonly #cards = new Map<string, HTMLElement>();

  constructor(list: Element, orders: Orders) {
    this.#list = list;
    this.#orders = orders;
  }

  show(state: DemoState, connections: readonly Connection[]): void {
    for (const target of state.targets) {
      const card = this.#cardOf(target.name);
      const mine = connections.filter((connection) => connection.target === target.name);
      card.dataset.status = target.status;
      card.classList.toggle('mine', mine.length > 0);
      setText(part(card, 'status'), STATUS_TEXT[target.status]);
      setText(part(card, 'address'), `127.0.0.1:${target.port}`);
      setText(part(card, 'pid'), target.pid === null ? '' : `pid ${target.pid}`);
      showChips(part(card, 'chips'), mine);
      this.#showButton(part(card, 'button') as HTMLButtonElement, target, mine.length > 0);
      const crowd = state.visitors.filter((visitor) => visitor.target === target.name);
      part(card, 'crowd').hidden = state.visitors.length === 0;
      setText(part(card, 'count'), `${crowd.length} simulated ${crowd.length === 1 ? 'client' : 'clients'}`);
      showDots(part(card, 'dots'), crowd);
    }
  }

  #cardOf(name: string): HTMLElement {
    const known = this.#cards.get(name);
    if (known !== undefined) return known;
    const card = copyOf('target-template');
    setTone(card, name);
    setText(part(card, 'badge'), name);
    setText(part(card, 'name'), `Target ${name}`);
    const button = part(card, 'button');
    button.addEventListener('click', () => {
      if (button.getAttribute('aria-disabled') !== 'true') this.#orders.give(button.dataset.order as Order, name);
    });
    this.#cards.set(name, card);
    this.#list.append(card);
    return card;
  }

  #showButton(button: HTMLButtonElement, target: TargetState, mine: boolean): void {
    const pending = this.#orders.pending(target.name);
    const busy = pending !== null || target.status === 'starting';
    const unable = busy || target.status === 'unknown';
    const order: Order = target.status === 'up' ? 'stop' : 'start';
    button.dataset.order = order;
    // Not `disabled`, which would take the focus from whoever has just pressed it.
    button.setAttribute('aria-disabled', String(unable));
    button.setAttribute('aria-label', `${order === 'stop' ? 'Stop' : 'Start'} target ${target.name}`);
    setText(button, target.status === 'unknown' ? 'Waiting …' : labelOf(order, busy, mine));
  }
}

function labelOf(order: Order, busy: boolean, mine: boolean): string {
  if (order === 'start') return busy ? 'Starting …' : 'Start it again';
  if (busy) return 'Stopping …';
  return mine ? 'Stop this target' : 'Stop';
}

function showChips(box: Element, connections: readonly Connection[]): void {
  const wanted = connections.map((connection) => connection.label);
  const shown = [...box.children].map((chip) => chip.textContent);
  if (wanted.join() === shown.join()) return;
  box.replaceChildren(
    ...wanted.map((label) => {
      const chip = document.createElement('li');
      chip.textContent = label;
      return chip;
    }),
  );
}

/** A client keeps its dot as long as it stays, so that only arrivals move. */
function showDots(box: Element, visitors: readonly Visitor[]): void {
  const present = new Set(visitors.map((visitor) => visitor.address));
  for (const dot of [...box.children] as HTMLElement[]) {
    if (!present.delete(dot.title)) dot.remove();
  }
  for (const address of present) {
    const dot = document.createElement('i');
    dot.title = address;
    box.append(dot);
  }
}
