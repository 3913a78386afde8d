import { expect, it } from 'vitest';
import { createProgram, parseArguments } from './arguments.ts';

const names = { balancers: ['ours-epoll', 'ours-streams', 'haproxy', 'haproxy-stick'], figures: ['req64', 'conn'] };

it('measures everything unless told otherwise', () => {
  const { only, figure, rounds, workers, rate } = parseArguments([], names);
  expect({ only, figure, rounds, workers, rate }).toEqual({
    only: names.balancers,
    figure: names.figures,
    rounds: 3,
    workers: 2,
    rate: 20_000,
  });
});

it('takes names, in the order in which they are measured', () => {
  const { only, figure } = parseArguments(['--only', 'haproxy, ours', '--figure', 'conn'], names);
  expect(only).toEqual(['ours-epoll', 'ours-streams', 'haproxy']);
  expect(figure).toEqual(['conn']);
});

it.each([
  [['--only', 'envoy'], 'There is no "envoy"'],
  [['--only', ''], 'There is no ""'],
  [['--rounds', '0'], 'whole number from 1 to 20'],
  [['--seconds', '1.5'], 'whole number'],
  [['--workers', 'two'], 'whole number'],
  [['--fast'], 'unknown option'],
])('refuses %j', (args, reason) => {
  let said = '';
  const program = createProgram(names)
    .exitOverride()
    .configureOutput({ writeErr: (text) => (said += text) });
  expect(() => program.parse(args, { from: 'user' })).toThrow();
  expect(said).toContain(reason);
});
