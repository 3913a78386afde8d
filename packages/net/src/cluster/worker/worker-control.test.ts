import { expect, it } from 'vitest';
import { resolveOptions } from '../../options/index.ts';
import { Balancer } from '../../proxy/balancer.ts';
import { FakeLog } from '../../testing/fake-log.ts';
import { workerControl } from './worker-control.ts';

const target = { host: '127.0.0.1', port: 8000 };

function made() {
  const { options } = resolveOptions({ sourcePort: 0, targets: [target], engine: 'streams' });
  const sent: unknown[] = [];
  return {
    control: workerControl(new Balancer(options, { log: new FakeLog() }), (message) => sent.push(message)),
    sent,
  };
}

it('suspends a target here, and reports it to the primary', () => {
  const { control, sent } = made();
  control.deactivateTarget('127.0.0.1', 8000);
  control.deactivateTarget('127.0.0.1', 8001);
  expect(control.isTargetActive('127.0.0.1', 8000)).toBe(false);
  expect(sent).toEqual([{ type: 'suspend', host: '127.0.0.1', port: 8000 }]);
});

it('refuses a target in place of its host and port', () => {
  const { control, sent } = made();
  for (const ask of [control.deactivateTarget, control.isTargetActive]) {
    expect(() => ask(target as never, Number.NaN)).toThrow(expect.objectContaining({ code: 'INVALID_TARGET' }));
  }
  expect(sent).toEqual([]);
});
