import fc from 'fast-check';
import { it } from 'vitest';
import { RandomPolicy } from '../policies/random-policy.ts';
import { type Outcome, RouterModel } from '../testing/router-model.ts';
import { EXPIRY, type Setup, setUp } from '../testing/routing.ts';
import { SUSPENSION } from '../testing/targets.ts';

const KEYS = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::/64'];
const HOSTS = [...'abcd'];

class Step implements fc.Command<RouterModel, Setup> {
  readonly text: string;
  readonly #step: (model: RouterModel) => void;
  readonly #possible: (model: Readonly<RouterModel>) => boolean;

  constructor(text: string, step: (model: RouterModel) => void, possible: typeof Step.prototype.check = () => true) {
    this.text = text;
    this.#step = step;
    this.#possible = possible;
  }

  check(model: Readonly<RouterModel>): boolean {
    return this.#possible(model);
  }

  run(model: RouterModel): void {
    const expectSessionsStayed = model.watchSessions();
    this.#step(model);
    expectSessionsStayed();
    model.expectInvariants();
  }

  toString(): string {
    return this.text;
  }
}

const which = fc.nat({ max: 1000 });
const open = fc.constantFrom(...KEYS).map((key) => new Step(`open ${key}`, (model) => model.open(key)));
const settle = (outcome: Outcome) =>
  fc.tuple(which, fc.boolean()).map(
    ([n, goOn]) =>
      new Step(
        `dial ${n} ${outcome}${goOn ? ', goes on' : ''}`,
        (model) => model.settle(n, outcome, goOn),
        (model) => model.dials.length > 0,
      ),
  );
const release = which.map(
  (n) =>
    new Step(
      `release ${n}`,
      (model) => model.release(n),
      (model) => model.places.length > 0,
    ),
);
const repeat = which.map(
  (n) =>
    new Step(
      `repeat ${n}`,
      (model) => model.repeat(n),
      (model) => model.spentAttempts.length > 0,
    ),
);
const setTargets = fc
  .subarray(HOSTS)
  .map((hosts) => new Step(`targets ${hosts.join('')}`, (model) => model.setTargets(hosts)));
const setMode = fc
  .tuple(which, fc.constantFrom('enabled', 'enabled', 'draining', 'disabled'))
  .map(([n, mode]) => new Step(`target ${n} ${mode}`, (model) => model.setMode(n, mode)));
const setHealth = fc
  .tuple(which, fc.constantFrom('suspend', 'restore'))
  .map(([n, health]) => new Step(`${health} ${n}`, (model) => model.setHealth(n, health)));
const pass = fc.constantFrom(1, EXPIRY - 1, EXPIRY, SUSPENSION).map(
  (time) =>
    new Step(`${time} ms pass`, (model) => {
      model.now += time;
    }),
);
const sweep = fc.constant(new Step('sweep', (model) => model.setup.sessions.sweep(model.now)));

const commands = fc.commands(
  [
    open,
    open,
    open,
    settle('succeeded'),
    settle('succeeded'),
    settle('failed'),
    settle('abandoned'),
    release,
    repeat,
    setTargets,
    setMode,
    setHealth,
    pass,
    sweep,
  ],
  { maxCommands: 120, size: '+1' },
);

it.each([{ stickiness: true }, { stickiness: false }])(
  'routes, counts and sticks as it should, whatever happens in whatever order ($stickiness)',
  ({ stickiness }) => {
    fc.assert(
      fc.property(commands, fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true })), (steps, numbers) => {
        const setup = setUp(
          'abcd',
          stickiness ? {} : { stickiness, policy: new RandomPolicy(() => numbers.next().value) },
        );
        const model = new RouterModel(setup, KEYS);
        fc.modelRun(() => ({ model, real: setup }), steps);
        model.end();
      }),
      { numRuns: stickiness ? 600 : 200 },
    );
  },
  60_000,
);
