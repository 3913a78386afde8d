import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { optionsIn, optionTree } from '../schema/option-tree.ts';
import { generate } from './generate.ts';
import { optionsJsonSchema } from './json-schema.ts';
import { optionsTable } from './options-table.ts';

const names = [...optionsIn(optionTree).keys()];

describe('the table', () => {
  it('has a row for each option, in order', () => {
    const rows = [...optionsTable().matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
    expect(rows.filter((name) => !/[.[]/.test(`${name}`))).toEqual(names);
    expect(rows).toEqual(expect.arrayContaining(['targets[].path', 'clientKey.ipv6Prefix']));
  });

  it('says what an option takes, its default and its meaning', () => {
    expect(
      optionsTable()
        .split('\n')
        .filter((row) => /sessionExpiry`|targets\[\]\.(port|path)|hashSeed/.test(row)),
    ).toMatchInlineSnapshot(`
      [
        "| \`targets[].port\` | whole number from 1 to 65535 | required, or \`path\` | The TCP port on that host. |",
        "| \`targets[].path\` | unix socket's absolute path, 107 bytes at most | required, or \`host\` and \`port\` | A unix-domain socket, in place of host and port. |",
        "| \`sessionExpiry\` | ms, 1 to 8640000000 | \`30000\` | How long a client stays on its target after its last connection has ended. |",
        "| \`hashSeed\` | text of 1 to 1024 characters | a constant | A secret for the choice of targets. Balancers that must agree on it need the same one. |",
      ]
    `);
  });

  it('has four cells in each row and a meaning for every option', () => {
    for (const row of optionsTable().split('\n')) expect(row).toMatch(/^\|( [^|]+ \|){4}$/);
  });
});

describe('the JSON Schema', () => {
  const schema = optionsJsonSchema() as typeof optionTree & { $schema: string; additionalProperties: boolean };

  it('describes every option and allows no other', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'loadbalancer config',
      required: ['sourcePort', 'targets'],
      additionalProperties: false,
    });
    expect([...optionsIn(schema).keys()]).toEqual(names);
    for (const option of optionsIn(schema).values()) expect(option.description).toBeTruthy();
  });

  it('is the same on every machine', () => {
    expect(optionsIn(schema).get('balancerCount')).not.toHaveProperty('default');
  });

  it('holds none of our own notes', () => {
    expect(JSON.stringify(schema)).not.toMatch(
      /"(scope|reload|audience|unit|expected|defaultInWords|secret|ignored)":/,
    );
  });
});

describe('the generator', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'options-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (...args: string[]) => {
    const lines: string[] = [];
    return { code: generate(args, (line) => lines.push(line)), output: lines.join('\n') };
  };

  it('writes both files, and finds them current afterwards', () => {
    const [schema, readme] = [join(folder, 'schema.json'), join(folder, 'README.md')];
    writeFileSync(readme, '# Title\n<!-- options:start -->old<!-- options:end -->\nEnd\n');
    expect(run('--check', schema, readme)).toEqual({
      code: 1,
      output: `Not current: ${schema} and ${readme}. Run: node packages/net/dist/options/generated/generate.js ${schema} ${readme}`,
    });
    expect(run(schema, readme)).toEqual({ code: 0, output: '' });
    expect(JSON.parse(readFileSync(schema, 'utf8'))).toEqual(optionsJsonSchema());
    expect(readFileSync(readme, 'utf8')).toBe(
      `# Title\n<!-- options:start -->\n\n${optionsTable()}\n\n<!-- options:end -->\nEnd\n`,
    );
    expect(run(schema, readme, '--check')).toEqual({ code: 0, output: '' });
  });

  it('says what is wrong', () => {
    const readme = join(folder, 'README.md');
    writeFileSync(readme, '# Title\n');
    expect(run().output).toMatch(/^Usage: /);
    expect(run('--what', 'x').code).toBe(1);
    expect(run(join(folder, 'schema.json'), readme)).toMatchObject({
      code: 1,
      output: expect.stringContaining('no place'),
    });
    expect(readFileSync(readme, 'utf8')).toBe('# Title\n');
  });
});
