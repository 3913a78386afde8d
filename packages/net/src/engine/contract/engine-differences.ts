// What an engine may do otherwise than the contract says, each with the reason.

/** Where an engine can't do better, each with the reason why. The suite then asserts what the engine does do. */
export interface EngineDifferences {
  /** A reset of a side that is not being read (not relayed yet, held by back-pressure, ended by itself) is noticed late. */
  readonly unreadResetIsLate?: string;
  /** A reset that follows bytes at once may be passed on as an end. */
  readonly resetAfterBytesMayBeEnd?: string;
}
