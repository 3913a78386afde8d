// The addresses and headers that the targets serve and others ask for.

/** Answers at once: is anyone there? */
export const HEALTH_PATH = '/health';

/** Answers with a header and stays open, for the simulated clients. */
export const VISIT_PATH = '/visit';

export const TARGET_HEADER = 'x-demo-target';

/** `POST /targets/A/stop` or `/start`, to any target that is up. */
export const ORDER_PATH: RegExp = /^\/targets\/([A-Z])\/(stop|start)$/;
