// The durations of a test fleet, in ms, and its limits.

export const SUSPENSION = 5_000;
export const DEACTIVATION = 2_000;
export const EXPIRY = 3_000;
/** How long workers whose primary is dead let their connections end: longer than a session lasts without one. */
export const LINGERING = 8_000;
/** How old the file may be that a primary leaves to the next one. */
export const FILE_AGE = 1_000;
/** Connections that a target of a test fleet gets: more than there are. */
export const MOST_CONNECTIONS = 1_000_000;
/** Sessions that are handed over together: few, so that there is more than one piece. */
export const SESSIONS_TOGETHER = 2;
