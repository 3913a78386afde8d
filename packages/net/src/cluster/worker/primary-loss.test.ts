import { afterEach, expect, it } from 'vitest';
import { PrimaryLoss } from './primary-loss.ts';

const wasConnected = process.connected;

afterEach(() => {
  process.connected = wasConnected;
  process.removeAllListeners('disconnect');
});

function watched(): { readonly loss: PrimaryLoss; readonly calls: string[] } {
  const calls: string[] = [];
  process.connected = true;
  return { loss: new PrimaryLoss(() => calls.push('first')), calls };
}

it('is noticed when Node reports it', () => {
  const { calls } = watched();
  process.emit('disconnect');
  expect(calls).toEqual(['first']);
});

it('is noticed at a look when Node keeps the report back, and only once', () => {
  const { loss, calls } = watched();
  loss.look();
  expect(calls).toEqual([]);
  process.connected = false;
  loss.look();
  expect(calls).toEqual(['first']);
  loss.look();
  process.emit('disconnect');
  expect(calls).toEqual(['first']);
});

it('leads to what is wanted by then', () => {
  const { loss, calls } = watched();
  loss.onLost = () => calls.push('second');
  process.emit('disconnect');
  expect(calls).toEqual(['second']);
});
