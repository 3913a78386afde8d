// What the repository says of itself, and what of it is published.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PACKAGES = ['packages/core', 'packages/net', 'packages/middleware', 'packages/cli', 'apps/balancer'];
const SOURCES = ['packages', 'apps'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => !/node_modules|dist\//.test(path))
    .map((path) => `${folder}/${path}`),
);
/** As documents write them: without `packages/` and `src/`. */
const SHORT = SOURCES.map((path) => path.replace('packages/', '').replace('/src/', '/'));

describe.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'])('%s', (document) => {
  it('names only files that exist', () => {
    const text = readFileSync(join(ROOT, document), 'utf8');
    const named = [...text.matchAll(/`([\w@/.-]+\.c?ts)`/g)].map(([, path]) => path as string);
    const known = [...SOURCES, ...SHORT];
    expect(named.filter((name) => !known.some((path) => path === name || path.endsWith(`/${name}`)))).toEqual([]);
  });
});

/** The folder of each source file. */
const FOLDERS = SOURCES.filter((path) => /\/src\/.*\.c?ts$/.test(path) && !/\.test\.ts$|\/testing\//.test(path)).map(
  dirname,
);

describe('the map in ARCHITECTURE.md', () => {
  const [, map = ''] =
    /^## The rooms\n+```\n(.*?)```/ms.exec(readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')) ?? [];
  const parts = map.split(/^(?=\S)/m).map((text) => ({ name: text.split(' ')[0] as string, text }));

  it.each(parts.filter(({ name }) => FOLDERS.includes(`${name}/src`)))(
    'has each folder of $name, and no other',
    ({ name, text }) => {
      const named = [...text.slice(name.length).matchAll(/(?<=[\s(])([\w-]+)\//g)].map(([, folder]) => folder);
      const there = FOLDERS.filter((path) => path.startsWith(`${name}/src/`)).flatMap((path) =>
        path.split('/').slice(3),
      );
      expect(new Set(named)).toEqual(new Set(there));
    },
  );
});

it('has at most 13 source files in a folder', () => {
  const sizes = FOLDERS.reduce(
    (counts, folder) => counts.set(folder, (counts.get(folder) ?? 0) + 1),
    new Map<string, number>(),
  );
  expect([...sizes].filter(([folder, size]) => size > 13 && !folder.endsWith('/contract'))).toEqual([]);
});

it.each(PACKAGES)('publishes neither tests nor what they share: %s', (folder) => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], {
    cwd: join(ROOT, folder),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ files }] = JSON.parse(packed) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths).toContain('README.md');
  expect(paths.filter((path) => /\.test\.|\/testing\/|\/contract\/|tsbuildinfo/.test(path))).toEqual([]);
});
