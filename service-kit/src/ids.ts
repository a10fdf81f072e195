import { uuidv7 } from 'uuidv7';
import { z } from 'zod';

/** A new UUIDv7: ids made later sort later. */
export function newId(): string {
  return uuidv7();
}

const exampleId = '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b47';

/** Any UUID, in lower case as Postgres writes it. */
export const uuid = z
  .guid('must be a UUID')
  .meta({ examples: [exampleId] })
  .transform((id) => id.toLowerCase());
