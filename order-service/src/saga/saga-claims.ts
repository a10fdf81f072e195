import { randomUUID } from 'node:crypto';
import { and, lte, type SQL, sql } from 'drizzle-orm';
import type { Database } from 'service-kit/database';
import { databaseClock } from './database-clock.ts';
import { insertEvents, toEntries } from './saga-event-rows.ts';
import type { NewSagaEvent } from './saga-events.ts';
import type { HeldSaga, SagaRecord } from './saga-record.ts';
import { sagas } from './saga-schema.ts';

export interface SagaClaimsParts<Input> {
  /** Who claims, as the log names it. */
  owner: string;
  leaseEnd: SQL;
  /** The sagas that meet the condition, by ascending id, with their logs. */
  read(condition: SQL | undefined, limit: number): Promise<SagaRecord<Input>[]>;
}

type ClaimedReason = Extract<NewSagaEvent, { type: 'claimed' }>['reason'];

/** Finds the sagas that nobody drives, and takes those that are wanted: a look writes nothing. */
export function createSagaClaims<Input>(db: Database, { owner, leaseEnd, read }: SagaClaimsParts<Input>) {
  return {
    /**
     * Up to `limit` unfinished sagas whose lease ran out, the oldest first.
     * @param except ids of sagas that are passed over
     */
    findDue(limit: number, except: readonly string[] = []): Promise<SagaRecord<Input>[]> {
      const unfinished = sql`${sagas.status} IN ('STARTED', 'COMPENSATING')`;
      const passedOver = sql`${sagas.id} = ANY (${`{${except.join()}}`}::uuid[])`;
      return read(and(unfinished, lte(sagas.leaseUntil, sql`now()`), sql`NOT ${passedOver}`), limit);
    },

    /** Takes those of the sagas that are still as they were found, and that nobody else is taking. */
    async claim(due: readonly SagaRecord<Input>[]): Promise<HeldSaga<Input>[]> {
      if (due.length === 0) return [];
      const found = JSON.stringify(due.map(({ id, lastSeq }) => ({ id, lastSeq })));
      const leaseId = randomUUID();
      const claim = db.execute<{ saga_id: string; at: string; reason: ClaimedReason }>(sql`
        WITH due AS (
          SELECT sagas.id, CASE WHEN due_at IS NULL THEN 'takeover' ELSE 'due' END AS reason FROM ${sagas}
          JOIN json_to_recordset(${found}::json) AS found (id uuid, "lastSeq" int) ON found.id = sagas.id
          WHERE last_seq = found."lastSeq" AND lease_until <= now()
          ORDER BY sagas.id
          FOR UPDATE OF sagas SKIP LOCKED
        ), held AS (
          UPDATE ${sagas}
          SET fencing_token = fencing_token + 1, last_seq = last_seq + 1, due_at = NULL,
              lease_id = ${leaseId}, lease_until = ${leaseEnd}, updated_at = now()
          FROM due WHERE sagas.id = due.id
          RETURNING sagas.id, last_seq - 1 AS "lastSeq", json_build_array(json_build_object(
            'type', 'claimed', 'by', ${owner}::text, 'reason', due.reason
          )) AS events
        )
        ${insertEvents(sql`held`)}
        RETURNING saga_id, at, reason`);
      const claimed = new Map((await claim).map(({ saga_id, ...event }) => [saga_id, event]));
      return due.flatMap((record) => {
        const event = claimed.get(record.id);
        return event ? [toHeld(record, leaseId, event.reason, new Date(event.at))] : [];
      });
    },
  };

  /** The saga as the claim left it: the event comes after exactly the log that was found. */
  function toHeld(record: SagaRecord<Input>, leaseId: string, reason: ClaimedReason, at: Date): HeldSaga<Input> {
    const { id, input, traceparent, log, fencingToken } = record;
    const event: NewSagaEvent = { type: 'claimed', by: owner, ...(reason && { reason }) };
    return {
      ...{ id, input, traceparent, fencingToken: fencingToken + 1, leaseId, now: databaseClock(at) },
      log: [...log, ...toEntries([event], log.length, at)],
    };
  }
}
