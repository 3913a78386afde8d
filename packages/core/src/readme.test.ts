// The examples of the README, run as they stand: each `console.log` must print what the comment behind it says.
import { readFileSync } from 'node:fs';
import { format } from 'node:util';
import { expect, it } from 'vitest';
import * as core from './index.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');
const examples = [...readme.matchAll(/```js\n(.*?)```/gs)].map((match) => match[1] as string);

it.each(examples.map((code, index) => ({ code, number: index + 1 })))(
  'example $number prints what it says',
  ({ code }) => {
    const expected = [...code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map((match) => match[1]);
    const printed: string[] = [];
    const console = { log: (...values: unknown[]) => printed.push(format(...values)) };
    const body = code.replace(/import (\{.*?\}) from '@lb\/core';/s, 'const $1 = core;');
    expect(body).not.toContain('import ');
    new Function('core', 'console', body)(core, console);
    expect(expected.length).toBeGreaterThan(0);
    expect(printed).toEqual(expected);
  },
);

it('has two examples, and every export in its table and no others', () => {
  expect(examples).toHaveLength(2);
  const exported = [...read('./index.ts').matchAll(/\{([^}]*)\}/g)]
    .flatMap((match) => (match[1] as string).split(','))
    .map((name) => name.replace(/^\s*type /, '').trim())
    .filter((name) => name !== '');
  const table = readme.split('## Exports')[1]?.split('## ')[0] ?? '';
  const rows = table.split('\n').filter((row) => row.startsWith('| `'));
  const named = rows.flatMap((row) => [...(row.split('|')[1] as string).matchAll(/`(\w+)/g)].map((match) => match[1]));
  expect(named.toSorted()).toEqual(exported.toSorted());
});
