import { and, asc, lte, type SQL, sql } from 'drizzle-orm';
import type { Database } from 'service-kit/database';
import { databaseClock } from './database-clock.ts';
import { insertEvents, toEntries } from './saga-event-rows.ts';
import type { NewSagaEvent } from './saga-events.ts';
import type { HeldSaga, SagaRecord } from './saga-record.ts';
import { type SagaRow, sagas } from './saga-schema.ts';

export interface SagaClaimsParts<Input> {
  /** Who claims, as the log names it. */
  owner: string;
  leaseEnd: SQL;
  withLogs(rows: SagaRow[]): Promise<SagaRecord<Input>[]>;
}

type ClaimedReason = Extract<NewSagaEvent, { type: 'claimed' }>['reason'];

/** Finds the sagas that nobody drives, and takes those that are wanted: a look writes nothing. */
export function createSagaClaims<Input>(db: Database, { owner, leaseEnd, withLogs }: SagaClaimsParts<Input>) {
  return {
    /**
     * Up to `limit` unfinished sagas whose lease ran out, the oldest first, each with its log up to the number that its row
     * has.
     * @param except ids of sagas that are passed over
     */
    async findDue(limit: number, except: readonly string[] = []): Promise<SagaRecord<Input>[]> {
      const unfinished = sql`${sagas.status} IN ('STARTED', 'COMPENSATING')`;
      const passedOver = sql`${sagas.id} = ANY (${`{${except.join()}}`}::uuid[])`;
      const due = db
        .select()
        .from(sagas)
        .where(and(unfinished, lte(sagas.leaseUntil, sql`now()`), sql`NOT ${passedOver}`))
        .orderBy(asc(sagas.id))
        .limit(limit);
      const records = await withLogs(await due);
      // What was written since the row was read belongs to another driver.
      return records.map((record) => ({ ...record, log: record.log.slice(0, record.lastSeq) }));
    },

    /** Takes those of the sagas that are still as they were found, and that nobody else is taking. */
    async claim(due: readonly SagaRecord<Input>[]): Promise<HeldSaga<Input>[]> {
      if (due.length === 0) return [];
      const found = JSON.stringify(due.map(({ id, lastSeq }) => ({ id, lastSeq })));
      const claim = db.execute<{ saga_id: string; at: string; reason: ClaimedReason }>(sql`
        WITH held AS (
          UPDATE ${sagas}
          SET fencing_token = fencing_token + 1, last_seq = last_seq + 1, lease_until = ${leaseEnd}, updated_at = now()
          WHERE id = ANY (ARRAY(
            SELECT sagas.id FROM ${sagas}
            JOIN json_to_recordset(${found}::json) AS found (id uuid, "lastSeq" int) ON found.id = sagas.id
            WHERE last_seq = found."lastSeq" AND lease_until <= now()
            ORDER BY sagas.id
            FOR UPDATE OF sagas SKIP LOCKED
          ))
          RETURNING id, last_seq - 1 AS "lastSeq", json_build_array(json_build_object(
            'type', 'claimed', 'by', ${owner}::text, 'reason', CASE WHEN due_at IS NULL THEN 'takeover' ELSE 'due' END
          )) AS events
        )
        ${insertEvents(sql`held`)}
        RETURNING saga_id, at, reason`);
      const claimed = new Map((await claim).map(({ saga_id, ...event }) => [saga_id, event]));
      return due.flatMap((record) => {
        const event = claimed.get(record.id);
        return event ? [toHeld(record, event.reason, new Date(event.at))] : [];
      });
    },
  };

  /** The saga as the claim left it: the event comes after exactly the log that was found. */
  function toHeld(record: SagaRecord<Input>, reason: ClaimedReason, at: Date): HeldSaga<Input> {
    const { id, input, traceparent, log, fencingToken } = record;
    const event: NewSagaEvent = { type: 'claimed', by: owner, ...(reason && { reason }) };
    return {
      ...{ id, input, traceparent, fencingToken: fencingToken + 1, now: databaseClock(at) },
      log: [...log, ...toEntries([event], log.length, at)],
    };
  }
}
