// What to tell about a change, in words. Pure: it reads the state and touches neither page nor network.
import type { DemoState, TargetState } from '../protocol.ts';
import type { Arrival } from './connection.ts';

export interface News {
  readonly target: string;
  readonly text: string;
  readonly at: number;
}

export function describeArrival({ target, previous, afterMs }: Arrival, label: string): string {
  if (previous === null || afterMs === null) return `Connected to target ${target} over ${label}.`;
  if (previous === target) return `Connected to target ${target} again over ${label}, after ${afterMs} ms.`;
  return `Failed over to target ${target} over ${label}, after ${afterMs} ms.`;
}

export function newsBetween(before: DemoState | null, now: DemoState): News[] {
  return now.targets.flatMap((target) => {
    const old = before?.targets.find((other) => other.name === target.name);
    const text = old === undefined ? null : newsOf(old, target);
    return text === null ? [] : [{ target: target.name, text, at: target.since }];
  });
}

function newsOf(old: TargetState, target: TargetState): string | null {
  const { name, status, pid } = target;
  if (status === 'down' && old.status === 'starting') return `Target ${name} could not be started.`;
  if (status === 'down' && old.status !== 'down') return `Target ${name} stopped.`;
  if (status === 'up' && (old.status !== 'up' || pid !== old.pid)) return `Target ${name} is up again, as pid ${pid}.`;
  return null;
}

export function headline(current: string | null, state: DemoState | null): string {
  if (current !== null) return `on target ${current}`;
  return state === null ? 'connecting …' : 'reconnecting …';
}

/** What is left to know of the targets while none answers. */
export function withoutAnswer(state: DemoState): DemoState {
  const targets = state.targets.map((target): TargetState => ({ ...target, pid: null, status: 'unknown' }));
  return { ...state, targets, visitors: state.visitors.map((visitor) => ({ ...visitor, target: null })) };
}

/** What to do next, or what has just been shown. */
export function noteFor(current: string | null, left: ReadonlySet<string>, state: DemoState | null): string {
  if (state === null) return '';
  if (current === null) {
    return 'No target answers at the moment. When all three are stopped, the demo starts the last one again after a few seconds.';
  }
  const others = state.targets.filter((target) => target.name !== current && left.has(target.name));
  const back = others.filter((target) => target.status === 'up').map((target) => target.name);
  if (back.length > 0) {
    const names = back.length === 1 ? `Target ${back[0]} is` : `Targets ${back.join(' and ')} are`;
    return `${names} back. This browser stays with target ${current}, where its session is, while new clients use ${
      back.length === 1 ? `${back[0]}` : 'them'
    } again. Close this page for more than ten seconds and the session ends: the next visit starts afresh.`;
  }
  const gone = others.map((target) => target.name);
  if (gone.length > 0) {
    const names = gone.length === 1 ? `target ${gone[0]}` : `target ${gone.join(' or ')}`;
    return `Both connections went to target ${current}, the same one. Now start ${names} again and see who uses it.`;
  }
  return `Stop target ${current} and watch both connections move, together, to another one.`;
}
