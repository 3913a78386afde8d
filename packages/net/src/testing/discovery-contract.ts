// What holds of each way to find out where a target can be reached.
import type { TargetOptions } from '@lb/core';
import { expect, it } from 'vitest';
import type { Endpoint } from '../base/endpoint.ts';
import type { Discovery } from '../discovery/discovery.ts';

export interface DiscoverySample {
  readonly discovery: Discovery;
  readonly target: TargetOptions;
  /** Where it can be reached. */
  readonly endpoints: readonly Endpoint[];
}

export function discoveryContract(make: () => DiscoverySample): void {
  it('says where a target can be reached, once, as long as that is so', async () => {
    const { discovery, target, endpoints } = make();
    const answers: (readonly Endpoint[])[] = [];
    const watch = discovery.watch(target, (found) => answers.push(found));
    await discovery.refresh();
    await discovery.refresh();
    expect(answers).toEqual([endpoints]);
    watch.close();
  });

  it('says it at once where it is known already', async () => {
    const { discovery, target, endpoints } = make();
    const first = discovery.watch(target, () => {});
    await discovery.refresh();
    let answer: readonly Endpoint[] | undefined;
    const second = discovery.watch(target, (found) => {
      answer = found;
    });
    expect(answer).toEqual(endpoints);
    first.close();
    second.close();
  });

  it('says nothing anew when it is asked again for the target and finds the same', async () => {
    const { discovery, target, endpoints } = make();
    const answers: (readonly Endpoint[])[] = [];
    const watch = discovery.watch(target, (found) => answers.push(found));
    await discovery.renew(target);
    await discovery.renew(target);
    expect(answers).toEqual([endpoints]);
    watch.close();
  });

  it('can be asked again for a target that is not watched', async () => {
    const { discovery, target } = make();
    await expect(discovery.renew(target)).resolves.toBeUndefined();
  });

  it('says nothing after it was closed', async () => {
    const { discovery, target } = make();
    const answers: (readonly Endpoint[])[] = [];
    discovery.watch(target, (found) => answers.push(found)).close();
    const before = answers.length;
    await discovery.refresh();
    expect(answers).toHaveLength(before);
  });
}
