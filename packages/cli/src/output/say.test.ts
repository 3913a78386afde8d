import { expect, it, vi } from 'vitest';
import { say, warn } from './say.ts';

it.each([
  ['log', say],
  ['error', warn],
] as const)('prints with console.%s, and what is not to be printed escaped', (method, print) => {
  const written = vi.spyOn(console, method).mockImplementation(() => {});
  print('one\n\u001b[2Jtwo\u202e');
  expect(written.mock.calls).toEqual([['one\n\\u001b[2Jtwo\\u202e']]);
  written.mockRestore();
});
