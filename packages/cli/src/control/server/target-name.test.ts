// Which texts name a target, and under which canonical name.
import { expect, it } from 'vitest';
import { parseTargetName } from './target-name.ts';

it.each([
  ['10.0.0.1:8000', '10.0.0.1:8000'],
  ['App.Example:80', 'app.example:80'],
  ['localhost:65535', 'localhost:65535'],
  ['[::1]:80', '[::1]:80'],
  ['[2001:DB8:0:0::1]:80', '[2001:db8::1]:80'],
  ['[fe80::1%eth0]:80', '[fe80::1%eth0]:80'],
  ['[::ffff:10.0.0.1]:80', '10.0.0.1:80'],
  ['unix:/run/App.sock', 'unix:/run/App.sock'],
])('%s is %s', (text, name) => {
  expect(parseTargetName(text)).toBe(name);
});

it.each(['', 'localhost', ':80', 'localhost:', 'localhost:0', 'localhost:65536', '::1:80', '[::1]', 'http://a:80'])(
  '%j is none, and the message says how to write one',
  (text) => {
    expect(() => parseTargetName(text)).toThrow(
      `${JSON.stringify(text)} is not a target's name. Write it as HOST:PORT, [IPv6]:PORT or unix:/path;`,
    );
  },
);

it.each(['unix:', 'unix:run/app.sock', '/run/app.sock', 'a b:80', '[::1]:80x'])('%j is none', (text) => {
  expect(() => parseTargetName(text)).toThrow(expect.objectContaining({ code: 'INVALID_TARGET' }));
});
