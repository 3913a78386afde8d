// The numbers of a header of version 2 (the specification, section 2.2) that its writer and its reader share.

export const V2_SIGNATURE: Uint8Array = Uint8Array.of(13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10);

/** Bytes in front of the addresses: the signature, version and command, family and protocol, and the length of the rest. */
export const V2_FIXED_LENGTH = 16;

/** Bytes of the longest header that is read unless told otherwise, or written. The protocol has room for 65,551. */
export const PROXY_HEADER_MOST_LENGTH = 4096;

export const VERSION_2 = 0x20;
export const LOCAL = 0;
export const PROXY = 1;

export const UNSPEC = 0;
export const INET = 1;
export const INET6 = 2;
export const UNIX = 3;

export const STREAM = 1;
export const DGRAM = 2;

/** Bytes of both addresses and both ports, by family. */
export const ADDRESSES_LENGTH: readonly number[] = [0, 12, 36, 216];

export const TLV_CRC32C = 3;
/** Padding. */
export const TLV_NOOP = 4;
export const TLV_UNIQUE_ID = 5;

/** Bytes of a TLV in front of its value. */
export const TLV_FIXED_LENGTH = 3;

/** Bytes (section 2.2.5). */
export const UNIQUE_ID_MOST = 128;
