import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { afterRelay, relayLog } from './relay-log.ts';

it('passes on whole lines, and the last one without its end', async () => {
  const from = new PassThrough();
  const written: string[] = [];
  relayLog(from, { write: (text) => void written.push(String(text)) });
  for (const text of ['one\ntw', 'o', '\nthree\nfour\nfi', 've']) {
    from.write(text);
    await new Promise<void>(afterRelay);
  }
  expect(written).toEqual(['one\n', 'two\nthree\nfour\n']);
  from.destroy();
  await new Promise<void>(afterRelay);
  expect(written.slice(2)).toEqual(['five']);
});

it('keeps no line for ever that does not end', async () => {
  const from = new PassThrough();
  let length = 0;
  relayLog(from, {
    write: (text) => {
      length += text.length;
    },
  });
  from.write('x'.repeat(300_000));
  await new Promise<void>(afterRelay);
  expect(length).toBe(300_000);
});
