import { expect, it } from 'vitest';
import { childFlags } from './child-flags.ts';

it('adds one option to those of the process', () => {
  const flags = childFlags(['--max-old-space-size=100']);
  expect(flags).toEqual(['--max-old-space-size=100', expect.stringMatching(/sigusr1/i)]);
});

it('does not add it again for the children of a child', () => {
  expect(childFlags(childFlags([]))).toEqual(childFlags([]));
});

it('leaves out a script that was given on the command line', () => {
  expect(childFlags(['--no-warnings', '-e', 'run()', '--trace-uncaught'])).toEqual([
    '--no-warnings',
    '--trace-uncaught',
    ...childFlags([]),
  ]);
});
