import { uuidv7 } from 'uuidv7';
import { z } from 'zod';

/** A new UUIDv7: ids made later sort later. */
export function newId(): string {
  return uuidv7();
}

/** Any UUID, in lower case as Postgres writes it. */
export const uuid = z.guid('must be a UUID').transform((id) => id.toLowerCase());
