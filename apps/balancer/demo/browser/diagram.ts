/// <reference lib="dom" />
// The picture of the paths: this browser, the balancer, and the targets. It repeats what the cards say in words.
import type { DemoState } from '../protocol.ts';
import type { Connection } from './connection.ts';
import { part, setTone } from './dom.ts';

const BROWSER_EDGE = 104;
const BALANCER_LEFT = 172;
const BALANCER_RIGHT = 268;
const TARGET_EDGE = 350;
const MIDDLE = 120;
const ROWS = [40, 120, 200];
/** Half the distance between the two connections. */
const LANE = 9;

export class Diagram {
  readonly #picture: Element;

  constructor(picture: Element) {
    this.#picture = picture;
  }

  show(state: DemoState | null, connections: readonly Connection[]): void {
    const names = state?.targets.map((target) => target.name) ?? [];
    for (const target of state?.targets ?? []) {
      part(this.#picture, `node-${target.name}`).dataset.status = target.status;
    }
    for (const [index, connection] of connections.entries()) {
      const path = part(this.#picture, connection.transport);
      const row = connection.target === null ? undefined : ROWS[names.indexOf(connection.target)];
      setTone(path, connection.target);
      path.setAttribute('d', pathTo(row, index === 0 ? -LANE : LANE));
    }
  }
}

function pathTo(row: number | undefined, lane: number): string {
  const level = MIDDLE + lane;
  const first = `M${BROWSER_EDGE} ${level}H${BALANCER_LEFT}`;
  if (row === undefined) return first;
  const end = row + lane;
  const bend = (BALANCER_RIGHT + TARGET_EDGE) / 2;
  return `${first}M${BALANCER_RIGHT} ${level}C${bend} ${level} ${bend} ${end} ${TARGET_EDGE} ${end}`;
}
