// The arguments of the benchmark.
import { Command, InvalidArgumentError, Option } from 'commander';

export interface Arguments {
  readonly only: readonly string[];
  readonly figure: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly workers: number;
  readonly rate: number;
  readonly minutes: number;
  readonly output: string | undefined;
  /** A commit to compare with. */
  readonly against: string | undefined;
}

export interface Names {
  readonly balancers: readonly string[];
  readonly figures: readonly string[];
}

/** Exits with a message when they are wrong, or with the help when that is asked for. */
export function parseArguments(args: readonly string[], names: Names): Arguments {
  return createProgram(names).parse(args, { from: 'user' }).opts<Arguments>();
}

export function createProgram(names: Names): Command {
  return new Command('bench')
    .description('Measures what the balancer costs, beside others on the same work.')
    .addOption(
      new Option('--only <names>', `balancers, with commas between: ${names.balancers.join(', ')}`)
        .argParser((text) => namesFrom(text, names.balancers))
        .default(names.balancers, 'all'),
    )
    .addOption(
      new Option('--figure <names>', `figures, with commas between: ${names.figures.join(', ')}`)
        .argParser((text) => namesFrom(text, names.figures))
        .default(names.figures, 'all'),
    )
    .option('--rounds <count>', 'how often each figure is measured', countFrom(20), 3)
    .option('--seconds <count>', 'about how long each measurement is to take', countFrom(30), 2)
    .option('--workers <count>', 'processes or threads of each balancer', countFrom(64), 2)
    .option('--rate <count>', 'requests a second for the latency', countFrom(200_000), 20_000)
    .option('--minutes <count>', 'begin no round that would end later than this', countFrom(1000), 14)
    .option('--against <commit>', 'measure that commit of ours in the same rounds, and say what differs')
    .option('--output <folder>', 'where the results go (default: apps/bench/results)');
}

/** A name that is none itself stands for all that begin with it: `ours` for `ours-epoll` and `ours-streams`. */
function namesFrom(text: string, known: readonly string[]): string[] {
  const wanted = text.split(',').map((name) => name.trim());
  const found = wanted.flatMap((name) => {
    const all = known.includes(name) ? [name] : known.filter((one) => one.startsWith(`${name}-`));
    if (all.length === 0) throw new InvalidArgumentError(`There is no "${name}". There are: ${known.join(', ')}.`);
    return all;
  });
  return known.filter((name) => found.includes(name));
}

function countFrom(most: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (Number.isInteger(count) && count >= 1 && count <= most) return count;
    throw new InvalidArgumentError(`Give a whole number from 1 to ${most}.`);
  };
}
