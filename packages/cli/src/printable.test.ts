// What may be printed of what comes from elsewhere.
import { expect, it } from 'vitest';
import { printable, printableLines } from './printable.ts';

it('writes out what a terminal would obey or hide', () => {
  expect(printable('\x1b[2J\x07\r\n\t\x7f')).toBe('\\u001b[2J\\u0007\\u000d\\u000a\\u0009\\u007f');
  expect(printable('\u009b31m')).toBe('\\u009b31m');
  expect(printable('a\u202eb\u200bc\u2028d\ud800e\u{e0001}')).toBe('a\\u202eb\\u200bc\\u2028d\\ud800e\\udb40\\udc01');
});

it('leaves every other text as it is', () => {
  for (const text of ['', '/etc/lb/config.json', 'C:\\\\lb', 'Zürich 東京 🙂']) expect(printable(text)).toBe(text);
});

it('reaches all texts and names in a document', () => {
  const document = { a: ['\x1b', { '\x1b': '\x1b' }], n: 1, b: true, none: null };
  expect(printable(document)).toEqual({ a: ['\\u001b', { '\\u001b': '\\u001b' }], n: 1, b: true, none: null });
  expect(Object.keys(printable(JSON.parse('{"__proto__": 1}')))).toEqual(['__proto__']);
});

it('keeps the lines of a text', () => {
  expect(printableLines('one\n\x1btwo')).toBe('one\n\\u001btwo');
  expect(printableLines({ a: ['one\n\x1btwo'] })).toEqual({ a: ['one\n\\u001btwo'] });
});
