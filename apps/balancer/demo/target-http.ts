// What a target serves besides socket.io: the page and its modules, orders, and answers for the other processes.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Asset, loadAssets } from './assets.ts';
import { HEALTH_PATH, ORDER_PATH, TARGET_HEADER, VISIT_PATH } from './paths.ts';
import type { Order } from './protocol.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export function createHandler(name: string, obey: (order: Order, target: string) => void): Handler {
  const assets = loadAssets();
  return (request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    response.setHeader(TARGET_HEADER, name);
    response.setHeader('cache-control', 'no-store');
    const asset = assets.get(path);
    if (request.method === 'POST') takeOrder(path, request, response, obey);
    else if (path === HEALTH_PATH) response.end('ok\n');
    else if (path === VISIT_PATH) response.writeHead(200).flushHeaders();
    else if (asset !== undefined) serve(asset, response);
    else refuse(response, 404, 'not found');
  };
}

function serve(asset: Asset, response: ServerResponse): void {
  response.setHeader('content-type', asset.type);
  response.end(asset.body);
}

function takeOrder(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  obey: (order: Order, target: string) => void,
): void {
  const [, target, order] = ORDER_PATH.exec(path) ?? [];
  // No other site's page may give orders to a server on its reader's machine.
  const site = request.headers['sec-fetch-site'] ?? 'same-origin';
  if (target === undefined || (order !== 'stop' && order !== 'start')) {
    refuse(response, 404, 'not found');
  } else if (site !== 'same-origin') {
    refuse(response, 403, 'from the demo page only');
  } else {
    // The answer first: the order may be to end this very process.
    response.once('finish', () => obey(order, target));
    response.writeHead(202).end();
  }
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${reason}\n`);
}
