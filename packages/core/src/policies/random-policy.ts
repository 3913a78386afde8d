// The policy `random`: each connection ranks the targets as a client of its own would. No client has a home.
import type { Choices, Policy } from './policy.ts';
import { RankedChoices } from './ranked-choices.ts';

export class RandomPolicy implements Policy {
  readonly #random: () => number;

  /** @param random a number in [0, 1), as `Math.random` */
  constructor(random: () => number) {
    this.#random = random;
  }

  choices(): Choices {
    return new RankedChoices({ high: this.#half(), low: this.#half() });
  }

  home(): undefined {
    return undefined;
  }

  #half(): number {
    return (this.#random() * 0x100000000) >>> 0;
  }
}
