import { expect, it } from 'vitest';
import { resolveOptions } from '../../options/index.ts';
import { Balancer } from '../../proxy/balancer.ts';
import { FakeLog } from '../../testing/fake-log.ts';
import { workerControl } from './worker-control.ts';

const target = { host: '127.0.0.1', port: 8000 };

function made() {
  const { options } = resolveOptions({ sourcePort: 80, targets: [target], engine: 'streams' });
  const sent: unknown[] = [];
  const log = new FakeLog();
  return { control: workerControl(new Balancer(options, { log }), (message) => sent.push(message), log), sent, log };
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

it('gives the fields of its own back to the controller, and sends them nowhere', () => {
  const { control, sent } = made();
  const list = [
    { ...target, id: 'app-1' },
    { port: '8001', id: 'app-2', wieght: 2 },
    { host: '127.0.0.3', port: 1 },
  ];
  control.setTargets(list as never);
  const plain = [
    { ...target, weight: 1 },
    { host: 'localhost', port: 8001, weight: 1 },
    { host: '127.0.0.3', port: 1, weight: 1 },
  ];
  expect(sent).toEqual([{ type: 'setTargets', targets: plain }]);
  expect(control.targets()).toEqual([{ ...plain[0], id: 'app-1' }, { ...plain[1], id: 'app-2', wieght: 2 }, plain[2]]);
});

it('logs the name of a field of its own once', () => {
  const { control, log } = made();
  for (let n = 0; n < 3; n += 1) control.setTargets([{ ...target, id: n, wieght: 2 } as never]);
  const said = (field: string) => `warn: setTargets: "${field}" is not an option of a target; the balancer ignores it.`;
  expect(log.lines).toEqual([said('id'), `${said('wieght')} Did you mean weight?`]);
});

it('gives a controller lists that it may change', () => {
  const { control } = made();
  for (const list of [control.targets, control.activeTargets]) {
    control.setTargets([target]);
    expect(() => Object.assign((list() as object[])[0] ?? {}, { id: 1 })).not.toThrow();
    expect(() => (list() as object[]).push({})).not.toThrow();
    expect(list()).toEqual([{ ...target, weight: 1 }]);
  }
});

it.each([
  [[]],
  [null],
  [undefined],
  ['a:1'],
  [[null]],
  [[{ host: 5, port: 80, id: 1 }]],
  [[{ ...target, weight: 'x' }]],
  [[{ host: 'localhost', port: 80 }]],
])('refuses %j, and changes nothing', (list) => {
  const { control, sent, log } = made();
  expect(() => control.setTargets(list as never)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  expect(sent).toEqual([]);
  expect(log.lines).toEqual([]);
  expect(control.targets()).toEqual([{ ...target, weight: 1 }]);
});
