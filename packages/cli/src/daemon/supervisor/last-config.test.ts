import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fingerprintOf } from '../../config/config-text.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { LastConfig } from './last-config.ts';

it('keeps what was put into use last, and nothing that has not been or is not what the primary has read', async () => {
  const path = join(temporaryFolder(), 'config.json');
  const config = new LastConfig(path);
  const read = (text: string, before = text): void => {
    writeFileSync(path, text);
    config.read(fingerprintOf(Buffer.from(before)));
  };
  read('one');
  expect(config.text).toBeUndefined();
  await config.use();
  expect(config.text).toBe('one');
  read('three', 'two');
  await config.use();
  expect(config.text).toBe('one');
  read('four');
  expect(config.text).toBe('one');
  await config.use();
  expect(config.text).toBe('four');
});
