// Whether one address of a target answers, where the target has others. In the process that agrees on one of them.
import type { Endpoint } from '../base/endpoint.ts';
import { SILENCE } from '../discovery/agreed-addresses.ts';
import { ConnectError } from '../engine/connect-error.ts';
import { type ProbeOptions, probe } from './probe.ts';

/** Resolves to true also where it can't be told, since this machine lacks something. */
export function answers(endpoint: Endpoint, proxyVersion: ProbeOptions['proxyVersion']): Promise<boolean> {
  return new Promise((resolve) => {
    probe({ endpoints: [endpoint], timeout: SILENCE, proxyVersion }, (result) => {
      resolve(!(result instanceof ConnectError) || result.source !== 'upstream');
    });
  });
}
