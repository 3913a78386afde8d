// What the sibling packages share with core and nobody else should rely on.
export { ipv4Text, ipv6Text, parseIpv6 } from './address/address.ts';
export { AddressList } from './address/address-list.ts';
