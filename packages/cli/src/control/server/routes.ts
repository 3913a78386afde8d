// What there is to ask on the control socket: each path with its method.

import {
  MODE_PATHS,
  RELOAD_PATH,
  SESSIONS_PATH,
  type SettableMode,
  STATUS_PATH,
  STOP_PATH,
  TARGETS_PATH,
} from '../protocol.ts';
import { RequestError } from './failure.ts';
import type { ControlHandlers } from './handlers.ts';
import { targetIn } from './request-body.ts';

export interface Question {
  readonly query: URLSearchParams;
  /** Empty where the route takes none. */
  readonly body: string;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly takesBody?: boolean;
  answer(handlers: ControlHandlers, question: Question): Promise<object>;
}

const ROUTES: readonly Route[] = [
  { method: 'GET', path: STATUS_PATH, answer: (handlers) => handlers.status() },
  { method: 'GET', path: TARGETS_PATH, answer: (handlers) => handlers.targets() },
  { method: 'GET', path: SESSIONS_PATH, answer: (handlers, { query }) => handlers.session(clientIn(query)) },
  { method: 'POST', path: RELOAD_PATH, answer: (handlers) => handlers.reload() },
  modeRoute('draining'),
  modeRoute('enabled'),
  modeRoute('disabled'),
  { method: 'POST', path: STOP_PATH, answer: (handlers) => handlers.stop() },
];

/** @throws {RequestError} that says what there is */
export function routeOf(method: string, path: string): Route {
  const route = ROUTES.find((one) => one.path === path);
  if (route === undefined) {
    const known = ROUTES.map((one) => `${one.method} ${one.path}`).join(', ');
    throw new RequestError(404, 'UNKNOWN_PATH', `There is no ${method} ${path} here. The paths are: ${known}.`);
  }
  if (route.method !== method) {
    const message = `${path} takes ${route.method}, not ${method}.`;
    throw new RequestError(405, 'WRONG_METHOD', message, { allow: route.method });
  }
  return route;
}

function modeRoute(mode: SettableMode): Route {
  return {
    method: 'POST',
    path: MODE_PATHS[mode],
    takesBody: true,
    answer(handlers, { body }) {
      const { target, isForced } = targetIn(body);
      return handlers.setMode(target, mode, isForced);
    },
  };
}

function clientIn(query: URLSearchParams): string {
  const client = query.get('client');
  if (client) return client;
  throw new RequestError(400, 'MISSING_CLIENT', `Name the client: GET ${SESSIONS_PATH}?client=203.0.113.7.`);
}
