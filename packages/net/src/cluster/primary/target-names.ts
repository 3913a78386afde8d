// The names of targets in the primary: where they lead, which of its addresses each target is connected to, and what the workers are sent
// of that.
import type { AddressNotice, PrimaryAgreement, TargetOptions, TargetRecord, WorkerId } from '@lb/core';
import type { Endpoint } from '../../base/endpoint.ts';
import type { Log } from '../../base/log.ts';
import { answers } from '../../checks/answers.ts';
import type { ProbedAddresses } from '../../checks/probed-addresses.ts';
import { AgreedAddresses, type AgreedAddressesOptions } from '../../discovery/agreed-addresses.ts';
import { DiscoveredTargets, type DiscoveredTargetsOptions } from '../../discovery/discovered-targets.ts';
import type { ListenerOptions, PoolOptions } from '../../options/index.ts';
import { sentProxyVersion } from '../../options/sent-proxy-version.ts';
import type { ToPrimary } from '../protocol/messages.ts';
import type { WorkerChannel } from './supervision/worker-channel.ts';

/** ms that a reload waits for names that have been resolved before. */
const RELOAD = 1_000;

type NameOptions = ListenerOptions & PoolOptions;

export interface TargetNamesContext {
  readonly log: Log;
  readonly channel: WorkerChannel;
  /** As they hold now. */
  readonly options: () => NameOptions;
  /** @default the system's resolver */
  readonly lookup?: DiscoveredTargetsOptions['lookup'];
}

export class TargetNames implements ProbedAddresses {
  readonly discovered: DiscoveredTargets;
  readonly #channel: WorkerChannel;
  readonly #agreed: AgreedAddresses;

  /** @param agreement asked for once there are addresses: it probes targets where this says that they are */
  constructor(
    { log, channel, options, lookup }: TargetNamesContext,
    agreement: () => Pick<PrimaryAgreement, 'setAddresses'>,
  ) {
    this.#channel = channel;
    const probe: AgreedAddressesOptions['probe'] = (target, endpoint) =>
      answers(endpoint, sentProxyVersion(this.discovered.optionsOf(target) ?? {}, options()));
    const onChange: AgreedAddressesOptions['onChange'] = (addresses) =>
      agreement().setAddresses(addresses, performance.now());
    this.#agreed = new AgreedAddresses({ log, options, probe, onChange });
    this.discovered = new DiscoveredTargets({
      log,
      interval: options().dns.interval,
      ...(lookup && { lookup }),
      onChange: (endpoints) => {
        channel.tellAll({ type: 'endpoints', endpoints: [...endpoints] });
        this.#agreed.follow(endpoints);
      },
    });
  }

  /** Continues with the addresses that an earlier primary has left. */
  resume(addresses: readonly AddressNotice[]): void {
    this.#agreed.resume(addresses);
    this.discovered.assume(addresses);
  }

  endpoints(target: TargetRecord): readonly Endpoint[] {
    return this.#agreed.endpoints(target);
  }

  reached({ id }: TargetRecord, endpoint: Endpoint): void {
    if ('host' in endpoint) this.#agreed.reached(id, endpoint.host);
  }

  unreached({ id }: TargetRecord): void {
    void this.discovered.renew(id);
  }

  receive(worker: WorkerId, message: Extract<ToPrimary, { type: 'resolve' | 'answered' }>): void {
    const { target } = message;
    if (message.type === 'answered') void this.#agreed.answered(target, message.address, message.silent);
    else void this.discovered.renew(target).then(() => this.#channel.tell(worker, { type: 'resolved', target }));
  }

  /** Goes by other durations from now on. */
  configure({ dns }: NameOptions): void {
    this.discovered.interval = dns.interval;
  }

  /**
   * Looks up all names again. Resolves when each has an answer: a new one within 5 s, and one that has been resolved before within a
   * second, since its last answer stays in use.
   * @param targets to be followed from now on, if that changes
   */
  async renewAll(targets?: readonly TargetOptions[]): Promise<void> {
    const watched = targets && this.discovered.watch(targets);
    const later = new Promise<void>((resolve) => {
      setTimeout(resolve, RELOAD).unref();
    });
    await Promise.all([watched, Promise.race([this.discovered.refresh(), later])]);
  }
}
