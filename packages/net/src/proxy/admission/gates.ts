// The gates of a listener, in the order in which a client passes them. None where nothing is configured: nobody is asked then.
import type { Admit } from '@lb/core/internal';
import type { Engine } from '../../engine/engine.ts';
import type { SplitOptions } from '../../options/index.ts';
import type { Limits } from '../limits/limits.ts';
import { ClientLists } from './client-lists.ts';
import type { Gate } from './gate.ts';
import { LimitGate } from './limit-gate.ts';
import { MiddlewareGate } from './middleware-gate.ts';
import { TrustedProxies } from './trusted-proxies.ts';

/** @param admit the middleware, if there is any */
export function gatesOf(
  { listener, pool, process }: SplitOptions,
  limits: Limits,
  engine: Engine,
  admit: Admit | undefined,
): readonly Gate[] {
  const { acceptProxyProtocol, allow, deny } = listener;
  const keepsTlvs = pool.proxyProtocolTlvs === 'pass';
  const clientLimits = limits.ofClients(listener);
  return [
    acceptProxyProtocol && new TrustedProxies({ ...acceptProxyProtocol, keepsTlvs }),
    allow || deny ? new ClientLists({ allow, deny }) : undefined,
    clientLimits && new LimitGate(clientLimits, process.clientKey),
    admit && new MiddlewareGate(admit, engine),
  ].filter((gate) => gate !== undefined);
}
