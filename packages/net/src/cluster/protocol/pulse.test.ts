import { expect, it } from 'vitest';
import { sharedBytes } from '../../proxy/limits/shared-counts.ts';
import { CLUSTER_BYTES, Pulse } from './pulse.ts';

/** As much of the memory as the pulses need: what lies before them is not touched. */
function pulses() {
  const memory = new ArrayBuffer(CLUSTER_BYTES);
  return { worker: new Pulse(memory, 3), primary: new Pulse(memory, 3), other: new Pulse(memory, 4), memory };
}

it('shows the beats of a worker and the client that it is asking about, and nothing of others', () => {
  const { worker, primary, other } = pulses();
  expect([primary.beats, primary.askedAbout]).toEqual([0, undefined]);
  worker.beat();
  worker.beat();
  for (const address of ['192.0.2.1', 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255', '::1']) {
    worker.asking(address);
    expect(primary.askedAbout).toBe(address);
  }
  expect([primary.beats, other.beats, other.askedAbout]).toEqual([2, 0, undefined]);
  worker.answered();
  expect(primary.askedAbout).toBeUndefined();
  primary.clear();
  expect(worker.beats).toBe(0);
});

it('writes to its own part of the memory, behind all that the workers count', () => {
  const memory = new ArrayBuffer(CLUSTER_BYTES);
  const counts = Buffer.from(memory, 0, sharedBytes(512));
  for (const region of [0, 511]) {
    const pulse = new Pulse(memory, region);
    pulse.beat();
    pulse.asking('ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255');
    expect(pulse.beats).toBe(1);
  }
  expect(counts.equals(Buffer.alloc(counts.length))).toBe(true);
});

it('believes no worker that writes anything but an address', () => {
  const { worker, primary, memory } = pulses();
  worker.asking('\u001b[31mred');
  expect(primary.askedAbout).toBeUndefined();
  worker.asking('1'.repeat(200));
  expect(primary.askedAbout).toBeUndefined();
  new Uint8Array(memory, sharedBytes(512)).fill(0xff);
  expect(primary.askedAbout).toBeUndefined();
});
