// A list of client addresses as a controller writes it: what is wrong with one is said in the controller's terms.
import { AddressList } from '@lb/core/internal';
import { MiddlewareError } from '../errors.ts';

const HINT = 'Write an address ("192.0.2.7", "2001:db8::7") or a range ("192.0.2.0/24", "2001:db8::/32").';

/**
 * @param owner the function that the list was given to, for messages
 * @throws {MiddlewareError} ADDRESS_LIST_INVALID
 */
export function checkedAddresses(owner: string, entries: readonly string[]): AddressList {
  if (!Array.isArray(entries)) throw invalid(`${owner}: the list has to be an array of text. ${HINT}`);
  for (const [index, entry] of entries.entries()) {
    const fault = typeof entry === 'string' ? AddressList.faultOf(entry) : 'it is not text';
    if (!fault) continue;
    const shown = typeof entry === 'string' ? JSON.stringify(entry) : String(entry);
    throw invalid(`${owner}: entry ${index + 1} of ${entries.length}, ${shown}, cannot be used: ${fault}. ${HINT}`);
  }
  return new AddressList(entries);
}

function invalid(message: string): MiddlewareError {
  return new MiddlewareError('ADDRESS_LIST_INVALID', message);
}
