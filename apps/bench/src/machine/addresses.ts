// Addresses on the loopback interface, which answers to all of 127.0.0.0/8.

export interface Address {
  readonly host: string;
  readonly port: number;
}

const FIRST_CLIENT = 0x7f10_0000;
const CLIENTS = 0x40_0000;

/** The address of the client with this number: 127.16.0.0 and up. */
export function clientAddress(index: number): string {
  const address = FIRST_CLIENT + (index % CLIENTS);
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** `count` addresses of targets: 127.0.2.1 and up. */
export function targetHosts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `127.0.2.${index + 1}`);
}
