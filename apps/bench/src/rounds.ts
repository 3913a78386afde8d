// The rounds: each figure with one balancer after the other, then the next figure, and all of it again.
import type { Balancer } from './balancers/balancer.ts';
import type { Figure, Values, World } from './figures/figure.ts';
import { formatValue } from './report/format.ts';

export interface Plan {
  readonly balancers: readonly Balancer[];
  readonly figures: readonly Figure[];
  readonly rounds: number;
  /** In ms: a round that would end later does not begin. The first one always does. */
  readonly patience: number;
}

export interface Measured {
  readonly samples: Record<string, Record<string, number[]>>;
  readonly failures: readonly string[];
  readonly rate: number;
  readonly rounds: number;
}

export async function measureRounds(plan: Plan, world: World, say: (line: string) => void): Promise<Measured> {
  const samples: Record<string, Record<string, number[]>> = {};
  const failures: string[] = [];
  const fail = (what: string, error: unknown) => {
    const line = `${what}: ${(error as Error).message}`;
    failures.push(line);
    say(`FAILED ${line}`);
  };
  const keep = (balancer: string, { columns }: Figure, values: Values) => {
    const own = samples[balancer] ?? {};
    samples[balancer] = own;
    for (const { key } of columns) own[key] = [...(own[key] ?? []), values[key] ?? Number.NaN];
  };
  const prepared = await prepare(plan, world, say, fail);
  const total = plan.rounds * plan.figures.reduce((sum, figure) => sum + measuring(plan, figure).length, 0);
  let done = 0;
  const began = Date.now();
  let rounds = 0;
  for (let round = 1; round <= plan.rounds; round++) {
    const elapsed = Date.now() - began;
    if (rounds > 0 && elapsed * (1 + 1 / rounds) > plan.patience) {
      world.note(`Ended after ${rounds} of ${plan.rounds} rounds: this machine takes longer than there was time for.`);
      break;
    }
    for (const figure of plan.figures) {
      const order = measuring(plan, figure);
      // To and fro, so that a machine that gets slower or faster meanwhile favors none.
      for (const balancer of round % 2 === 1 ? order : order.reverse()) {
        done++;
        const step = `[${done}/${total}] round ${round}, ${figure.name}, ${balancer.name}`;
        try {
          const values = await figure.measure(prepared, balancer);
          keep(balancer.name, figure, values);
          const shown = figure.columns.map(({ key, unit }) => `${key} ${formatValue(values[key] ?? Number.NaN, unit)}`);
          say(`${step}: ${shown.join(', ')}`);
        } catch (error) {
          fail(step, error);
        }
      }
    }
    rounds = round;
  }
  return { samples, failures, rate: prepared.rate, rounds };
}

async function prepare(
  plan: Plan,
  world: World,
  say: (line: string) => void,
  fail: (what: string, error: unknown) => void,
): Promise<World> {
  let prepared = world;
  for (const figure of plan.figures) {
    if (figure.prepare === undefined) continue;
    say(`preparing: ${figure.title}`);
    try {
      prepared = await figure.prepare(prepared, measuring(plan, figure));
    } catch (error) {
      fail(`preparing ${figure.name}`, error);
    }
  }
  return prepared;
}

function measuring({ balancers }: Plan, { name }: Figure): Balancer[] {
  return balancers.filter(({ figures }) => figures === undefined || figures.includes(name));
}
