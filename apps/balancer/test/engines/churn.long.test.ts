// Everything at once, for a while: targets are killed, drained and disabled, the list and its weights are reloaded, workers are
// killed and stopped, primaries are killed. No client with a session on a target in use is led elsewhere, and no new connection
// fails. CHURN_SECONDS=600 is the full size; CHURN_SEED repeats a run's choices.
import { expect, it, onTestFailed } from 'vitest';
import { Chance } from '../support/chance.ts';
import { currentStatus } from '../support/control-socket.ts';
import { Fleet } from '../support/fleet.ts';
import { findFaults, type Outage, type Period } from '../support/fleet-checker.ts';
import { type Host, host } from '../support/host.ts';
import { lastingPort } from '../support/ports.ts';
import { pause } from '../support/processes.ts';
import { isGone, signal } from '../support/runtime-processes.ts';
import { echoTarget, listed, type TestTarget } from '../support/targets.ts';
import { until } from '../support/wait.ts';

const SECONDS = Number(process.env.CHURN_SECONDS ?? 10);
const SEED = process.env.CHURN_SEED === undefined ? undefined : Number(process.env.CHURN_SEED);
const CLIENTS = 200;
const SESSION_EXPIRY = 5_000;
/** ms that a message between processes may take. */
const TOLERANCE = 100;
/** ms after which what the primary decides has been written. */
const WRITTEN = 1_500;

it('leads no client elsewhere and fails none, whatever happens', { timeout: 120_000 + SECONDS * 3_000 }, async () => {
  const chance = new Chance(SEED);
  onTestFailed(() => console.error(`CHURN_SEED=${chance.seed} CHURN_SECONDS=${SECONDS} makes the same choices again`));
  const balancer = await Churn.start(chance);
  const fleet = new Fleet({ port: balancer.port, clients: CLIENTS, sessionExpiry: SESSION_EXPIRY, chance });
  await fleet.goesOn(CLIENTS);
  const begun = Date.now();
  let steps = 0;
  try {
    while (Date.now() - begun < SECONDS * 1_000 || steps < balancer.steps.length) {
      // Each of them once, and then by chance.
      const step = balancer.steps[steps] ?? chance.pick(balancer.steps);
      steps += 1;
      await step(fleet);
      await fleet.goesOn(chance.between(0, 100));
    }
    const connections = await fleet.end();
    const { outages, deaths, unwritten } = balancer;
    const options = { sessionExpiry: SESSION_EXPIRY, tolerance: TOLERANCE, deaths, unwritten };
    expect(findFaults(connections, outages, options)).toEqual([]);
    expect(new Set(connections.map(({ client }) => client)).size).toBe(CLIENTS);
  } catch (error) {
    console.error(await balancer.account());
    throw error;
  }
});

/** A balancer under `start`, and what is done to it. */
class Churn {
  readonly port: number;
  readonly outages: Outage[] = [];
  readonly deaths: Period[] = [];
  readonly unwritten: Period[] = [];
  readonly steps: readonly ((fleet: Fleet) => Promise<void>)[];
  readonly #place: Host;
  readonly #chance: Chance;
  readonly #all: readonly TestTarget[];
  #listed: TestTarget[];
  readonly #config: object;
  readonly #done: string[] = [];

  private constructor(place: Host, chance: Chance, targets: readonly TestTarget[], config: { sourcePort: number }) {
    this.#place = place;
    this.#chance = chance;
    this.#all = targets;
    this.#listed = targets.slice(0, -1);
    this.#config = config;
    this.port = config.sourcePort;
    this.steps = [
      (fleet) => this.#killTarget(fleet),
      (fleet) => this.#drain(fleet),
      (fleet) => this.#disable(fleet),
      () => this.#changeList(),
      () => this.#changeWeights(),
      (fleet) => this.#stopWorker(fleet),
      () => this.#killWorker(),
      (fleet) => this.#killPrimary(fleet),
    ];
  }

  static async start(chance: Chance): Promise<Churn> {
    const place = await host();
    const targets = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(echoTarget));
    const config = {
      sourcePort: await lastingPort(),
      sourceHost: '127.0.0.1',
      engine: process.env.TEST_ENGINE ?? 'auto',
      balancerCount: 3,
      sessionExpiry: SESSION_EXPIRY,
      shutdownTimeout: 60_000,
    };
    await place.start({ ...config, targets: listed(targets.slice(0, -1)) });
    return new Churn(place, chance, targets, config);
  }

  /** What has happened last, for whoever looks for the cause of a failure. */
  async account(): Promise<string> {
    const log = await this.#place.log();
    const lines = log.map(({ time, role, pid, msg }) => `${time} ${role} ${pid}: ${msg}`);
    return [...this.#done, ...lines, JSON.stringify(await currentStatus(this.#place.runtime))].join('\n');
  }

  async #killTarget(fleet: Fleet): Promise<void> {
    const target = this.#chance.pick(this.#listed);
    this.#note('kill', id(target));
    const from = Date.now();
    await target.kill();
    const killed = Date.now();
    // Nobody may notice: for some time after a death, clients go by the list of before, in which a new target has none.
    const goal = fleet.begun + CLIENTS;
    await until('the dead target to be suspended', async () => {
      return (await this.#is(target, 'suspended')) || fleet.begun >= goal;
    });
    await fleet.goesOn(this.#chance.between(0, 100));
    if (this.#chance.happens(0.3)) await this.#killWorker();
    await target.start();
    await until('the target to be back', () => this.#is(target, 'available'));
    this.outages.push({ target: target.name, from, killed, to: Date.now() });
  }

  /** Its clients stay. */
  async #drain(fleet: Fleet): Promise<void> {
    const target = this.#chance.pick(this.#listed);
    await this.#order('drain', id(target));
    await fleet.goesOn(this.#chance.between(0, 100));
    await this.#order('enable', id(target));
  }

  /** Its sessions are over; its connections stay. */
  async #disable(fleet: Fleet): Promise<void> {
    const target = this.#chance.pick(this.#listed);
    const from = Date.now();
    await this.#order('disable', id(target));
    await fleet.goesOn(this.#chance.between(0, 100));
    await this.#order('enable', id(target));
    this.outages.push({ target: target.name, from, to: Date.now() });
  }

  async #changeList(): Promise<void> {
    const missing = this.#all.find((target) => !this.#listed.includes(target));
    const from = Date.now();
    if (missing) return this.#reload([...this.#listed, missing]);
    const removed = this.#chance.pick(this.#listed);
    await this.#reload(this.#listed.filter((target) => target !== removed));
    // It may come back with a later reload: until then it is out.
    this.outages.push({ target: removed.name, from, to: Date.now() });
  }

  async #changeWeights(): Promise<void> {
    await this.#reload(this.#listed, true);
  }

  /** For less than `workerTimeout`, and perhaps for longer than its siblings wait. */
  async #stopWorker(fleet: Fleet): Promise<void> {
    const pid = this.#chance.pick(await this.#workers());
    this.#note('stop worker', `${pid}`);
    await pause(pid);
    await fleet.goesOn(this.#chance.between(0, 150));
    signal(pid, 'SIGCONT');
  }

  async #killWorker(): Promise<void> {
    const pid = this.#chance.pick(await this.#workers());
    this.#note('kill worker', `${pid}`);
    const from = Date.now();
    signal(pid, 'SIGKILL');
    await until('the worker to be replaced', async () => isGone(pid) && !(await this.#workers()).includes(pid));
    this.deaths.push({ from, to: Date.now() });
  }

  async #killPrimary(fleet: Fleet): Promise<void> {
    const { pid } = await this.#status();
    this.#note('kill primary', `${pid}`);
    const from = Date.now();
    signal(pid, 'SIGKILL');
    await until('the next primary', async () => (await currentStatus(this.#place.runtime))?.pid !== pid && isGone(pid));
    await this.#workers();
    this.unwritten.push({ from: from - WRITTEN, to: Date.now() });
    await fleet.goesOn(CLIENTS / 2);
  }

  async #reload(targets: TestTarget[], isWeighted = false): Promise<void> {
    const weights = listed(targets).map((target) => ({
      ...target,
      weight: isWeighted ? Math.floor(this.#chance.between(1, 4)) : 1,
    }));
    await this.#place.write('config.json', { ...this.#config, targets: weights });
    await this.#order('reload');
    this.#listed = targets;
  }

  async #order(...command: string[]): Promise<void> {
    this.#note(...command);
    expect(await this.#place.command(...command)).toMatchObject({ code: 0, stderr: '' });
  }

  #note(...what: string[]): void {
    this.#done.push(`${Date.now()} ${new Date().toISOString()} ${what.join(' ')}`);
  }

  async #is(target: TestTarget, state: 'suspended' | 'available'): Promise<boolean> {
    return (await this.#status()).targets.some((one) => one.target === id(target) && one.state === state);
  }

  #status() {
    return until('a primary', () => currentStatus(this.#place.runtime));
  }

  /** The workers, once all of them are ready. */
  #workers(): Promise<number[]> {
    return until('all workers to be ready', async () => {
      const { workers } = await this.#status();
      const pids = workers.filter(({ state }) => state === 'ready').map(({ pid }) => pid as number);
      return pids.length === 3 && pids;
    });
  }
}

function id({ host: name, port }: TestTarget): string {
  return `${name}:${port}`;
}
