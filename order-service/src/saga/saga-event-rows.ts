import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { recordOf } from 'service-kit/statement';
import type { NewSagaEvent, SagaEvent } from './saga-events.ts';
import { sagaEvents } from './saga-schema.ts';

/** What an event brings along itself; the log gives it the rest. */
const { sagaId: _, seq: __, at: ___, ...eventColumns } = getTableColumns(sagaEvents);

/** The insertion of the `events` (json) of each saga of `source`, after the last that it has: `id`, `"lastSeq"`. */
export function insertEvents(source: SQL): SQL {
  const names = Object.values(eventColumns).map(({ name }) => sql.identifier(name));
  const fields = Object.keys(eventColumns).map((field) => sql`event.${sql.identifier(field)}`);
  return sql`
    INSERT INTO ${sagaEvents} (saga_id, seq, ${sql.join(names, sql`, `)})
    SELECT ${source}.id, ${source}."lastSeq" + event.ordinality, ${sql.join(fields, sql`, `)}
    FROM ${source}, ROWS FROM (json_to_recordset(${source}.events) AS (${recordOf(eventColumns)})) WITH ORDINALITY AS event`;
}

/** Events as the log keeps them, after the `lastSeq` that it has. */
export function toEntries(events: NewSagaEvent[], lastSeq: number, at: Date): SagaEvent[] {
  return events.map((event, index) => ({ ...event, seq: lastSeq + index + 1, at }));
}

/** An event has only the fields of its type; its row has a column for each field of every type. */
export function toEvent({ sagaId: _, ...columns }: typeof sagaEvents.$inferSelect): SagaEvent {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null)) as unknown as SagaEvent;
}
