// What a simulation does with a message that its receiver would drop: it ends, since the sender is wrong.

/** Ends a simulation in which a message was sent that its receiver would drop. */
export function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw new Error(`A message would be dropped: ${fault}.`);
}
