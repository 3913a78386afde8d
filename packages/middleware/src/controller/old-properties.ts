// The properties of the balancer of LoadBalancer.js 0.9.26 that are not methods: those that can be read, and those that are gone.
// Nothing is ignored: what is set to no effect, or is read and isn't there, throws.
import type { ControllerSettings } from '@lb/core/internal';
import { MiddlewareError } from '../errors.ts';

const SETTINGS = [
  'sourcePort',
  'balancerControllerPath',
  'downgradeToUser',
  'targetDeactivationDuration',
  'sessionExpiry',
  'sessionExpiryInterval',
  'stickiness',
] as const satisfies readonly (keyof ControllerSettings)[];

const TARGETS = 'Use balancer.targets, activeTargets, setTargets, deactivateTarget and isTargetActive.';
const ROUTING = `Choosing targets and sessions is the balancer's own part. ${TARGETS}`;
const SOCKETS = 'The balancer holds the sockets. Add middleware with balancer.addMiddleware.';
const GONE: readonly (readonly [name: string, advice: string])[] = [
  ['maxBufferSize', 'Nothing is buffered before a target is connected. Leave it out.'],
  ['_middleware', 'Add middleware with balancer.addMiddleware.'],
  ['_errorDomain', 'Handle errors where they occur; those of middleware come as the event "error".'],
  ['_activeSessions', ROUTING],
  ['_sessionExpirer', ROUTING],
  ['_cleanupInterval', ROUTING],
  ['_cleanupSessions', ROUTING],
  ['_hash', ROUTING],
  ['_random', ROUTING],
  ['_chooseTarget', ROUTING],
  ['_connectToTarget', ROUTING],
  ['_server', SOCKETS],
  ['_start', SOCKETS],
  ['_verifyConnection', SOCKETS],
  ['_handleConnection', SOCKETS],
  ['_rejectConnection', SOCKETS],
  ['_acceptConnection', SOCKETS],
];

/** Gives a balancer the options as properties that can be read; what else 0.9.26 had throws. */
export function defineOldProperties(balancer: object, settings: () => ControllerSettings): void {
  for (const name of SETTINGS) {
    const set = (): never => readOnly(name, `Set the option ${name} in the config.`);
    Object.defineProperty(balancer, name, { get: () => settings()[name], set, enumerable: true });
  }
  for (const [name, advice] of GONE) {
    const gone = (): never => {
      const message = `balancer.${name} of LoadBalancer.js 0.9.26 does not exist any more. ${advice}`;
      throw new MiddlewareError('PROPERTY_GONE', message);
    };
    Object.defineProperty(balancer, name, { get: gone, set: gone });
  }
}

/** @throws {MiddlewareError} PROPERTY_READ_ONLY */
export function readOnly(name: string, advice: string): never {
  throw new MiddlewareError('PROPERTY_READ_ONLY', `balancer.${name} can only be read. ${advice}`);
}
