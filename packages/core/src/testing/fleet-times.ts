// The durations of a test fleet, in ms.

export const SUSPENSION = 5_000;
export const DEACTIVATION = 2_000;
export const EXPIRY = 3_000;
