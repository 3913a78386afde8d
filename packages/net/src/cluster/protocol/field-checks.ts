// The checks of fields that messages in both directions have.
import { type Check, isCount, isText } from '@lb/core/internal';

/** A name, an address or the id of a target. */
export const isName = isText(512);

export const isPort: Check = (value) => isCount(value) && (value as number) <= 65_535;
