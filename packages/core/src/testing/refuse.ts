/** Ends a simulation in which a message was sent that its receiver would drop. */
export function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw new Error(`A message would be dropped: ${fault}.`);
}
