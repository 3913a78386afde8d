// The files of the page, held in memory: its HTML, and the browser modules as the compiler left them.
// The socket.io client is not among them: socket.io serves that itself.
import { readdirSync, readFileSync } from 'node:fs';
import { PAGE } from './page/page.ts';

export interface Asset {
  readonly type: string;
  readonly body: string | Buffer;
}

const MODULES = new URL('./browser/', import.meta.url);

export function loadAssets(): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>([['/', { type: 'text/html; charset=utf-8', body: PAGE }]]);
  for (const file of readdirSync(MODULES)) {
    if (!file.endsWith('.js')) continue;
    const body = readFileSync(new URL(file, MODULES));
    assets.set(`/browser/${file}`, { type: 'text/javascript; charset=utf-8', body });
  }
  return assets;
}
