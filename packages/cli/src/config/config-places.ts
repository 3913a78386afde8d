// Where in a parsed config an option stands. Each object's names are looked through once, however many options are asked for.
import type { Node } from 'jsonc-parser';

export class ConfigPlaces {
  readonly #root: Node;
  readonly #members = new Map<Node, ReadonlyMap<string, Node>>();

  constructor(root: Node) {
    this.#root = root;
  }

  /** Where an option begins, or what it is missing from. */
  offsetOf(steps: readonly (string | number)[]): number {
    let node = this.#root;
    for (const step of steps) {
      const next = typeof step === 'number' ? node.children?.[step] : this.#membersOf(node).get(step);
      if (next === undefined) break;
      node = next;
    }
    return node.parent?.type === 'property' ? node.parent.offset : node.offset;
  }

  #membersOf(node: Node): ReadonlyMap<string, Node> {
    let members = this.#members.get(node);
    if (!members) {
      const named = (node.children ?? []).flatMap(({ children: [name, value] = [] }) =>
        name && value ? [[name.value as string, value] as const] : [],
      );
      members = new Map(named);
      this.#members.set(node, members);
    }
    return members;
  }
}
