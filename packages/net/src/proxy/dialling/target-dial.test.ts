import type { Attempt } from '@lb/core';
import { expect, it } from 'vitest';
import type { Endpoint } from '../../base/endpoint.ts';
import type { ConnectError } from '../../engine/connect-error.ts';
import { FakeEngine } from '../../testing/fake-engine.ts';
import { TargetDial, type TargetDialler } from './target-dial.ts';

const [first, second, third]: [Endpoint, Endpoint, Endpoint] = [
  { host: '127.0.0.1', port: 80 },
  { host: '127.0.0.2', port: 80 },
  { host: '127.0.0.3', port: 80 },
];
const all = ['dial 127.0.0.1:80', 'dial 127.0.0.2:80', 'dial 127.0.0.3:80'];

function dialling(times: number[] = []) {
  const engine = new FakeEngine();
  const attempt = {} as Attempt;
  const answers: (Endpoint | ConnectError)[] = [];
  const dialler: TargetDialler = {
    dialTime: () => times.shift() ?? 1_000,
    dialled: (_attempt, _upstream, endpoint) => answers.push(endpoint),
    dialFailed: (_attempt, error) => answers.push(error),
  };
  return { engine, dial: new TargetDial(engine, dialler, attempt, [first, second, third]), answers };
}

it('tries the addresses in order, until one answers', () => {
  const { engine, answers } = dialling();
  engine.dialling.fail('ECONNREFUSED');
  expect(answers).toEqual([]);
  engine.dialling.succeed();
  expect(engine.log).toEqual(all.slice(0, 2));
  expect(answers).toEqual([second]);
});

it('fails with the last error', () => {
  const { engine, answers } = dialling();
  for (const code of ['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH'] as const) engine.dialling.fail(code);
  expect(engine.log).toEqual(all);
  expect(answers).toEqual([expect.objectContaining({ code: 'EHOSTUNREACH' })]);
});

it('ends at what this machine lacks', () => {
  const { engine, answers } = dialling();
  engine.dialling.fail('EMFILE');
  expect(engine.log).toEqual(all.slice(0, 1));
  expect(answers).toEqual([expect.objectContaining({ code: 'EMFILE' })]);
});

it('shares the time that is left among the addresses that are, and ends when there is none', () => {
  const { engine, answers } = dialling([600, 400, 400, 0]);
  expect(engine.dialling.timeout).toBe(200);
  engine.dialling.fail('ETIMEDOUT');
  expect(engine.dialling.timeout).toBe(200);
  engine.dialling.fail('ETIMEDOUT');
  expect(engine.log).toEqual(all.slice(0, 2));
  expect(answers).toHaveLength(1);
});

it('cancels the attempt that goes on', () => {
  const { engine, dial, answers } = dialling();
  engine.dialling.fail('ECONNREFUSED');
  dial.cancel();
  expect(engine.log).toEqual([...all.slice(0, 2), 'cancel 127.0.0.2:80']);
  expect(answers).toEqual([]);
});
