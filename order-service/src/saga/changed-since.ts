import { type AnyColumn, gte, inArray, type SQL } from 'drizzle-orm';
import { QueryBuilder } from 'drizzle-orm/pg-core';
import { sagaEvents } from './saga-schema.ts';

/** Whether the saga with this id has an event at or after the time. */
export function hasChangedSince(sagaId: AnyColumn, since: Date): SQL {
  const changed = new QueryBuilder()
    .select({ id: sagaEvents.sagaId })
    .from(sagaEvents)
    .where(gte(sagaEvents.at, since));
  return inArray(sagaId, changed);
}
