import { expect, it } from 'vitest';
import type { Endpoint } from '../../base/endpoint.ts';
import type { ConnectError } from '../../engine/connect-error.ts';
import type { Upstream } from '../../engine/engine.ts';
import { FakeEngine } from '../../testing/fake-engine.ts';
import { dialTarget } from './dial-target.ts';

const endpoints: Endpoint[] = ['127.0.0.1', '127.0.0.2', '127.0.0.3'].map((host) => ({ host, port: 80 }));
const all = ['dial 127.0.0.1:80', 'dial 127.0.0.2:80', 'dial 127.0.0.3:80'];

function dialling(timeouts: number[] = []) {
  const engine = new FakeEngine();
  const answers: [ConnectError | undefined, Upstream | undefined, Endpoint | undefined][] = [];
  const dial = dialTarget(
    engine,
    endpoints,
    () => timeouts.shift() ?? 1_000,
    (error, upstream, endpoint) => answers.push([error, upstream, endpoint]),
  );
  return { engine, dial, answers };
}

it('tries the addresses in order, until one answers', () => {
  const { engine, answers } = dialling();
  engine.dialling.fail('ECONNREFUSED');
  expect(answers).toEqual([]);
  engine.dialling.succeed();
  expect(engine.log).toEqual(all.slice(0, 2));
  expect(answers).toEqual([[undefined, expect.anything(), endpoints[1]]]);
});

it('fails with the last error', () => {
  const { engine, answers } = dialling();
  for (const code of ['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH'] as const) engine.dialling.fail(code);
  expect(engine.log).toEqual(all);
  expect(answers).toEqual([[expect.objectContaining({ code: 'EHOSTUNREACH' }), undefined, endpoints[2]]]);
});

it('ends at what this machine lacks', () => {
  const { engine, answers } = dialling();
  engine.dialling.fail('EMFILE');
  expect(engine.log).toEqual(all.slice(0, 1));
  expect(answers).toEqual([[expect.objectContaining({ code: 'EMFILE' }), undefined, endpoints[0]]]);
});

it('asks for the time of each attempt, and ends when none is left', () => {
  const { engine, answers } = dialling([500, 200, 200, 0]);
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
