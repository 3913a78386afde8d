// All balancers, in the order in which they are measured and stand in tables.
import type { Balancer } from './balancer.ts';
import { direct } from './direct.ts';
import { haproxy, haproxyStick } from './haproxy.ts';
import { legacy } from './legacy.ts';
import { nginx } from './nginx.ts';
import { oursEpoll, oursLimits, oursMiddleware, oursStreams } from './ours.ts';
import { pipe } from './pipe.ts';

/** The one that the others are compared with. */
export const REFERENCE = haproxy.name;

export const balancers: readonly Balancer[] = [
  oursEpoll,
  haproxy,
  oursMiddleware,
  oursLimits,
  haproxyStick,
  oursStreams,
  nginx,
  pipe,
  legacy,
  direct,
];
