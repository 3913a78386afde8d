// What the command's exit codes mean, besides 0 for done.

/** It could not be done, or there is nothing to do it to. */
export const FAILED = 1;
/** The arguments make no sense; nothing was tried. */
export const MISUSED = 2;
