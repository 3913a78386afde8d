// What the commands say of a target's name that can't be resolved, for people.
export function unresolvedText(name: string): string {
  return `Warning: the target name ${name} cannot be resolved. It is looked up again every 30 s, and other targets serve its clients until then.`;
}
