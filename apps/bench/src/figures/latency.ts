// How long a request takes at a fixed rate of requests that every balancer can hold.
import type { Balancer } from '../balancers/balancer.ts';
import { percentile, withWaiting } from '../statistics.ts';
import { h2load, type RateResult } from '../tools/h2load.ts';
import type { Figure, World } from './figure.ts';
import { withBalancer } from './with-balancer.ts';

const HELD = 0.985;
const STEP = 0.75;
const TRIALS = 3;
const TRIAL_SECONDS = 0.5;
const LEAST_RATE = 100;

export const latency: Figure = {
  name: 'latency',
  title: 'Latency at a fixed rate',
  columns: [
    { key: 'p50', title: 'Latency, p50', unit: 'us', main: true },
    { key: 'p99', title: 'Latency, p99', unit: 'us', main: true },
  ],
  tools: ['h2load'],
  prepare: findRate,
  async measure(world, balancer) {
    const result = await atRate(world, balancer, world.rate, world.seconds);
    if (!held(result, world.rate)) {
      world.note(`${balancer.title} was sent ${Math.round(result.rate)} requests/s once, in place of ${world.rate}.`);
    }
    const latencies = withWaiting(result.latencies, result.interval);
    return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
  },
};

/** The same rate for all: the one that is wanted, or the next lower one that each of them holds. */
async function findRate(world: World, balancers: readonly Balancer[]): Promise<World> {
  let { rate } = world;
  for (const balancer of balancers) {
    while (rate > LEAST_RATE && !(await holds(world, balancer, rate))) {
      const lower = Math.max(LEAST_RATE, Math.round((rate * STEP) / 100) * 100);
      world.note(`Latency is measured at ${lower} requests/s, as ${balancer.title} does not hold ${rate} here.`);
      rate = lower;
    }
  }
  return { ...world, rate };
}

/** Whether it does so once in a few trials: a machine that is busy with something else for a moment says nothing. */
async function holds(world: World, balancer: Balancer, rate: number): Promise<boolean> {
  for (let trial = 0; trial < TRIALS; trial++) {
    if (held(await atRate(world, balancer, rate, TRIAL_SECONDS), rate)) return true;
  }
  return false;
}

function atRate(world: World, balancer: Balancer, rate: number, seconds: number): Promise<RateResult> {
  return withBalancer(world, balancer, world.targets.two, async ({ port }) =>
    h2load({ port, rate, seconds, folder: await world.folder() }),
  );
}

function held(result: RateResult, rate: number): boolean {
  return result.rate >= rate * HELD;
}
