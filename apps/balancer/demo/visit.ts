// One simulated client: it keeps one connection through the balancer, and dials again when it is lost.
import { type ClientRequest, get } from 'node:http';
import { TARGET_HEADER, VISIT_PATH } from './paths.ts';

const REDIAL_DELAY = 150;

export class Visit {
  readonly address: string;
  target: string | null = null;
  readonly #port: number;
  readonly #changed: () => void;
  #request: ClientRequest | null = null;
  #redial: NodeJS.Timeout | null = null;
  #ended = false;

  constructor(address: string, port: number, changed: () => void) {
    this.address = address;
    this.#port = port;
    this.#changed = changed;
    this.#dial();
  }

  end(): void {
    this.#ended = true;
    if (this.#redial !== null) clearTimeout(this.#redial);
    this.#request?.destroy();
  }

  #dial(): void {
    const options = { host: '127.0.0.1', port: this.#port, path: VISIT_PATH, localAddress: this.address, agent: false };
    const request = get(options, (response) => {
      this.target = String(response.headers[TARGET_HEADER] ?? '?');
      this.#changed();
      response.on('error', () => {});
      response.resume();
    });
    this.#request = request;
    request.on('error', () => {});
    request.once('close', () => this.#lost());
  }

  #lost(): void {
    if (this.#ended) return;
    this.target = null;
    this.#changed();
    this.#redial = setTimeout(() => this.#dial(), REDIAL_DELAY);
  }
}
