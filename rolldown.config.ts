// Bundles a package, run in its folder: what Node loads of it is a few files, not a hundred. The entries are those that its package.json
// names under dist/bundle/, in `exports` and `imports`.
import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

const ZOD = 'zod';

type Entries = Record<string, string | { readonly default: string }>;

const { exports = {}, imports = {} }: { exports?: Entries; imports?: Entries } = JSON.parse(
  readFileSync('package.json', 'utf8'),
);
const BUNDLED = /^\.\/dist\/bundle\/(.*)\.js$/;
const names = [...Object.values(exports), ...Object.values(imports)]
  .map((entry) => BUNDLED.exec(typeof entry === 'string' ? entry : entry.default)?.[1])
  .filter((name) => name !== undefined);

/** The license of a package that is part of a bundle, as it has to be there. */
function license(name: string): string {
  return `/*!\n${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, 'utf8').trim()}\n*/`;
}

export default defineConfig({
  input: Object.fromEntries(names.map((name) => [name, `src/${name}.ts`])),
  platform: 'node',
  // Other packages are loaded as they are, but zod, which would load its messages in all languages with each command.
  external: (id) => /^[^./]/.test(id) && id !== ZOD,
  output: {
    dir: 'dist/bundle',
    cleanDir: true,
    sourcemap: true,
    chunkFileNames: '[name]-[hash].js',
    banner: ({ moduleIds }) => (moduleIds.some((id) => id.includes(`/node_modules/${ZOD}/`)) ? license(ZOD) : ''),
  },
});
