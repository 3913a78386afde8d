// Modules that stand for a worker's, for tests.
import { fileURLToPath } from 'node:url';

export const WORKERS = {
  ready: modulePath('ready'),
  failing: modulePath('failing'),
  dying: modulePath('dying'),
};

function modulePath(name: string): string {
  return fileURLToPath(new URL(`./${name}.mjs`, import.meta.url));
}
