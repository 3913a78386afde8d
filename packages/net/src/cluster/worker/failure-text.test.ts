// What is told of a worker that can't begin.

import { BalancerError } from '@lb/core';
import { describe, expect, it } from 'vitest';
import { failureText } from './failure-text.ts';

describe('failureText', () => {
  it('is the message of an error without a cause', () => {
    expect(failureText(new BalancerError('the port is taken', { code: 'EADDRINUSE' }))).toBe('the port is taken');
    expect(failureText('nothing like an error')).toBe('nothing like an error');
    expect(failureText(undefined)).toBe('undefined');
  });

  it("adds the script's own frames, and none of Node's", () => {
    expect(
      failureText(failed('Error: no database\n    at run (/app/c.js:2:9)\n    at /app/c.js:9:1\n    at node:x:1:1')),
    ).toBe('it failed\n    at run (/app/c.js:2:9)\n    at /app/c.js:9:1');
    const own = 'Error: no database\n    at run (/app/c.js:2:9)\n    at run (file:///x/dist/load-controller.js:32:30)';
    expect(failureText(failed(own))).toBe('it failed\n    at run (/app/c.js:2:9)');
    expect(failureText(failed('Error: no database\n    at node:internal/x:1:1\n    at f (/app/c.js:1:1)'))).toBe(
      'it failed',
    );
  });

  it('keeps a deep stack short', () => {
    const frames = Array.from({ length: 9 }, (_, n) => `    at f${n} (/app/c.js:${n}:1)`);
    expect(failureText(failed(['Error: deep', ...frames].join('\n')))).toBe(
      ['it failed', ...frames.slice(0, 3)].join('\n'),
    );
  });

  it('adds the place and the line of a syntax error', () => {
    const stack =
      '/app/c.js:7\nexports.run = (\n              ^\n\nSyntaxError: Unexpected end of input\n    at node:x:1:1';
    expect(failureText(failed(stack))).toBe('it failed\n    /app/c.js:7\n    exports.run = (');
  });
});

function failed(stack: string): Error {
  const cause = new Error();
  cause.stack = stack;
  return new Error('it failed', { cause });
}
