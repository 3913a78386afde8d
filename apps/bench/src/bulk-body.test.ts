import { expect, it } from 'vitest';
import { bulkBytes, isBulkAt } from './bulk-body.ts';

const bytes = bulkBytes(800, 800);

it('recognizes any piece of the body', () => {
  for (let from = 0; from < 40; from++) {
    for (let to = from; to < 90; to++) expect(isBulkAt(bytes.subarray(from, to), 800 + from)).toBe(true);
  }
});

it('sees that a byte is lost, too much or moved', () => {
  expect(isBulkAt(bytes.subarray(8), 800)).toBe(false);
  expect(isBulkAt(bytes.subarray(1, 40), 800)).toBe(false);
  expect(isBulkAt(Buffer.concat([bytes.subarray(0, 16), bytes.subarray(17)]), 800)).toBe(false);
  expect(isBulkAt(Buffer.concat([bytes.subarray(0, 16), bytes.subarray(8, 80)]), 800)).toBe(false);
});
