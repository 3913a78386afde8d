/// <reference lib="dom" />
// The history of what happened, newest first, in the order in which it happened.
import { copyOf, part, setText, setTone } from './dom.ts';

const KEPT = 60;

export class EventLog {
  readonly #list: Element;

  constructor(list: Element) {
    this.#list = list;
  }

  /** `at` in ms since 1970: news of a stopped target arrives by way of the next one, so after its effects. */
  add(target: string | null, text: string, at: number = Date.now()): void {
    const entry = copyOf('event-template');
    entry.dataset.at = String(at);
    setTone(entry, target);
    setText(part(entry, 'text'), text);
    const time = part(entry, 'time');
    setText(time, new Date(at).toLocaleTimeString([], { hour12: false }));
    time.setAttribute('datetime', new Date(at).toISOString());
    const older = [...this.#list.children].find((other) => Number((other as HTMLElement).dataset.at) <= at);
    this.#list.insertBefore(entry, older ?? null);
    while (this.#list.children.length > KEPT) this.#list.lastElementChild?.remove();
  }
}
