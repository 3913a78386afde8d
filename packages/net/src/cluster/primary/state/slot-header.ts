// The head of a state file: which of the two files is the newer one, and whether it is whole. Pure; it reads no file.
import { createHash } from 'node:crypto';

export interface SlotHeader {
  /** That of the file written before, and one more. */
  readonly sequence: number;
  /** Bytes of the content, which follows the head. */
  readonly length: number;
  /** When the process that has written it was known to run, in ms since the epoch. */
  readonly alive: number;
  /** Of the content. */
  readonly digest: string;
}

/** Bytes. Within one page, so that a process that is killed has written all of it or nothing. */
export const HEADER_LENGTH = 256;

const HEADER = /^loadbalancer-state 1 (\d{1,15}) (\d{1,15}) (\d{1,15}) ([0-9a-f]{64}) [0-9a-f]{64} *\n$/;

export function encodeHeader({ sequence, length, alive, digest }: SlotHeader): Buffer {
  const fields = `loadbalancer-state 1 ${sequence} ${length} ${alive} ${digest}`;
  const check = createHash('sha256').update(fields).digest('hex');
  return Buffer.from(`${`${fields} ${check}`.padEnd(HEADER_LENGTH - 1)}\n`, 'latin1');
}

/** @returns `undefined` for what was not encoded here, or was changed since in any bit */
export function decodeHeader(bytes: Uint8Array): SlotHeader | undefined {
  const [, sequence, length, alive, digest = ''] = HEADER.exec(Buffer.from(bytes).toString('latin1')) ?? [];
  if (digest === '') return undefined;
  const header = { sequence: Number(sequence), length: Number(length), alive: Number(alive), digest };
  return encodeHeader(header).equals(bytes) ? header : undefined;
}
