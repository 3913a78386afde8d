import { ControllerBalancer } from '@lb/middleware';
import { expect, it } from 'vitest';
import { fakeLog } from '../../testing/fake-log.ts';
import { ControllerLog } from './controller-log.ts';

const target = { host: '127.0.0.1', port: 8000 };

/** A balancer that refuses each list, with the reason as the list. */
function made() {
  const log = fakeLog();
  const balancer = new ControllerBalancer({
    targets: () => [target],
    activeTargets: () => [target],
    setTargets: (reason) => {
      throw new Error(String(reason));
    },
    deactivateTarget: () => {},
    isTargetActive: () => true,
    settings: () => ({}) as never,
    close: () => {},
  });
  new ControllerLog(log).follow(balancer);
  return { log, balancer };
}

it('logs a list of targets that is refused once until it changes', () => {
  const { log, balancer } = made();
  for (let n = 0; n < 3; n += 1) balancer.setTargets('It is empty.' as never);
  const said = 'error: setTargets has changed nothing. It is empty. The targets stay as they are: 127.0.0.1:8000.';
  expect(log.lines).toEqual([said]);
});

it('logs whatever a controller emits as an error by itself', () => {
  for (const args of [[], ['text'], [new Error('text')], [new Error('text'), null], [new Error('text'), 'socket']]) {
    const { log, balancer } = made();
    expect(() => balancer.emit('error', ...args)).not.toThrow();
    expect(log.lines).toEqual([expect.stringMatching(/^error: the controller reports an error: /)]);
  }
});
