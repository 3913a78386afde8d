/// <reference lib="dom" />
// The card of one connection: target, pid, messages, round trip, and a bar for each of the last messages.
import type { Connection, Sample } from './connection.ts';
import { part, setText, setTone } from './dom.ts';

const BARS = 40;
const LOWEST = 0.12;
/** The slowest round trip that the bars tell apart. */
const FULL_MS = 60;

export class Meter {
  readonly #card: Element;
  readonly #bars: HTMLElement[];

  constructor(card: Element) {
    this.#card = card;
    const strip = part(card, 'bars');
    this.#bars = Array.from({ length: BARS }, () => document.createElement('i'));
    strip.append(...this.#bars);
  }

  show(connection: Connection): void {
    const { target, pid, messages, samples } = connection;
    samples.splice(0, samples.length - BARS);
    const last = samples.at(-1);
    setTone(this.#card, target);
    setText(part(this.#card, 'badge'), target ?? '…');
    setText(part(this.#card, 'target'), target === null ? 'Connecting' : `Target ${target}`);
    setText(part(this.#card, 'pid'), pid === null ? '–' : String(pid));
    setText(part(this.#card, 'messages'), String(messages));
    setText(part(this.#card, 'rtt'), last === undefined || target === null ? '–' : `${last.ms.toFixed(1)} ms`);
    this.#draw(samples);
  }

  #draw(samples: readonly Sample[]): void {
    const first = BARS - samples.length;
    for (const [index, bar] of this.#bars.entries()) {
      const sample = samples[index - first];
      setTone(bar, sample?.target ?? null);
      bar.style.setProperty('--height', String(sample === undefined ? 0 : heightOf(sample.ms)));
    }
  }
}

/** Between the lowest and 1, on a logarithmic scale. */
function heightOf(ms: number): number {
  const share = Math.log1p(ms) / Math.log1p(FULL_MS);
  return Math.min(1, Math.max(LOWEST, share));
}
