// What the commands say of a target's name that can't be resolved, for people.
export function unresolvedText(name: string): string {
  return `Warning: the target name ${name} cannot be resolved. It is looked up again regularly (dns.interval). Until it has an answer, the address where it led last is used, if it is known; otherwise other targets serve its clients.`;
}
