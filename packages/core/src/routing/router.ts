// The start of each connection's route to a target of one pool.
import { Route, type RouteContext } from './route.ts';

export class Router {
  readonly #context: RouteContext;

  constructor(context: RouteContext) {
    this.#context = context;
  }

  /** The way of one new connection of a client. */
  route(clientKey: string): Route {
    return new Route(this.#context, clientKey);
  }
}
