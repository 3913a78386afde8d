// All figures, in the order in which they are measured.
import { bulk } from './bulk.ts';
import { connections } from './connections.ts';
import type { Figure } from './figure.ts';
import { idle } from './idle.ts';
import { latency } from './latency.ts';
import { manyTargets } from './many-targets.ts';
import { requests1, requests64 } from './requests.ts';

export const figures: readonly Figure[] = [requests64, requests1, connections, bulk, latency, idle, manyTargets];
