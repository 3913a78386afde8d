import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { optionNodes } from './option-nodes.ts';
import { resolveOptions } from './resolve.ts';
import { optionsIn, optionTree } from './schema/option-tree.ts';
import { splitOptions } from './split-options.ts';

const { options } = resolveOptions({ sourcePort: 80, targets: [{ host: 'a', port: 1 }], hashSeed: 'hush' });

it('gives each option to the part of its scope', () => {
  const { listener, pool, process } = splitOptions(options);
  expect({ ...listener, ...pool, ...process }).toEqual(options);
  for (const [scope, part] of Object.entries({ listener, pool, process })) {
    for (const name of Object.keys(part))
      expect([...optionNodes]).toContainEqual([name, expect.objectContaining({ scope })]);
  }
});

it('gives parts that cannot be changed and show no secret', () => {
  const { process } = splitOptions(options);
  expect(() => Object.assign(process, { hashSeed: 'known' })).toThrow(TypeError);
  expect(inspect(process)).not.toContain('hush');
});

it('has a scope, a reload and an audience for every option and every part of a target', () => {
  const target = optionsIn(optionTree).get('targets')?.items ?? {};
  const nodes = [...optionsIn(optionTree), ...optionsIn(target)];
  for (const [name, node] of nodes) {
    if (name === '$schema' || node.ignored !== undefined) continue;
    expect(node).toMatchObject({ scope: expect.any(String), reload: expect.any(String), audience: expect.any(String) });
  }
});
