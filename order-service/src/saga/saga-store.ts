import { randomUUID } from 'node:crypto';
import { and, asc, desc, eq, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from 'service-kit/database';
import { mayHaveCommitted } from 'service-kit/database-errors';
import type { PageQuery } from 'service-kit/page';
import { batchedItems, createStatementBatch } from 'service-kit/statement-batch';
import { currentTraceparent } from 'service-kit/tracing';
import { hasChangedSince } from './changed-since.ts';
import { databaseClock } from './database-clock.ts';
import { createSagaClaims } from './saga-claims.ts';
import { insertEvents, toEntries, toEvent } from './saga-event-rows.ts';
import type { Failure, NewSagaEvent, SagaEvent, SagaStatus } from './saga-events.ts';
import type { HeldSaga, SagaRecord } from './saga-record.ts';
import { type SagaRow, sagaEvents, sagas } from './saga-schema.ts';

interface NewSaga<Input> {
  id: string;
  leaseId: string;
  events: NewSagaEvent[];
  input: Input;
  traceparent: string | null;
  alongside: object;
}

interface Append extends AppendResult {
  id: string;
  fencingToken: number;
  leaseId: string;
  lastSeq: number;
  events: NewSagaEvent[];
}

/** What a batched statement tells of each saga that it wrote. */
type Written = { id: string; at: string };

/** What an append changes in the saga's row. */
export interface AppendResult {
  status: SagaStatus;
  statusChanges: boolean;
  failure: Failure | null;
  dueAt: Date | null;
}

export interface SagaListQuery extends PageQuery {
  status?: SagaStatus | undefined;
  /** Only those that have an event at or after this time. */
  changedSince?: Date | undefined;
}

/** Someone else drives the saga by now: drop it. */
export class LeaseLost extends Error {}

/** The connection broke while a new saga was on its way: it may have been committed or not. */
export class CommitUnknown extends Error {}

export interface SagaStoreOptions {
  leaseMs: number;
  /** Who claims, as the log names it. */
  owner: string;
  /** The row that a new saga brings along, inserted in the same statement from `begun (id, alongside json)`. */
  insertAlongside: SQL;
  /** What else changes in the same statement with a status, from `held (id, status, "statusChanges")`. */
  followStatus: SQL;
}

export type SagaStore<Input> = ReturnType<typeof createSagaStore<Input>>;

export function createSagaStore<Input>(db: Database, options: SagaStoreOptions) {
  const { leaseMs, owner, insertAlongside, followStatus } = options;
  const leaseEnd = sql.raw(`now() + ${leaseMs} * interval '1 millisecond'`);

  const begin = createStatementBatch<NewSaga<Input>, Written>(db, {
    statement: sql`
      WITH begun AS (
        SELECT *, 0 AS "lastSeq" FROM json_to_recordset(${batchedItems})
          AS begun (id uuid, "leaseId" uuid, events json, input jsonb, traceparent text, alongside json)
      ), held AS (
        INSERT INTO ${sagas} (id, last_seq, input, traceparent, lease_id, lease_until)
        SELECT id, json_array_length(events), input, traceparent, "leaseId", ${leaseEnd} FROM begun
      ), logged AS (${insertEvents(sql`begun`)}), alongside AS (${insertAlongside})
      SELECT id, now() AS at FROM begun`,
    itemKey: ({ id }) => id,
    rowKey: ({ id }) => id,
  });

  // The ids are named twice, because of a join alone the planner expects a hundred, and reads small tables whole for that.
  const append = createStatementBatch<Append, Written & { leaseId: string }>(db, {
    statement: sql`
      WITH item AS (
        SELECT * FROM json_to_recordset(${batchedItems}) AS item (
          id uuid, "fencingToken" int, "leaseId" uuid, "lastSeq" int, events json,
          status saga_status, "statusChanges" boolean, failure jsonb, "dueAt" timestamptz
        )
      ), held AS (
        UPDATE ${sagas}
        SET last_seq = last_seq + json_array_length(item.events), status = item.status, due_at = item."dueAt",
            failure = item.failure, lease_until = ${leaseEnd}, updated_at = now()
        FROM item
        WHERE sagas.id = ANY (ARRAY(SELECT id FROM item)) AND sagas.id = item.id
          AND fencing_token = item."fencingToken" AND lease_id = item."leaseId" AND last_seq = item."lastSeq"
        RETURNING item.*
      ), logged AS (${insertEvents(sql`held`)}), followed AS (${followStatus})
      SELECT id, "leaseId", now() AS at FROM held`,
    // Whoever lost the lease gets no row, also from a batch that they share with whoever has it.
    itemKey: ({ id, leaseId }) => `${id} ${leaseId}`,
    rowKey: ({ id, leaseId }) => `${id} ${leaseId}`,
  });

  /** The sagas that meet the condition, by id, with their logs: row and log are of one moment. */
  async function read(condition: SQL | undefined, limit: number, order = asc): Promise<SagaRecord<Input>[]> {
    const page = db.select().from(sagas).where(condition).orderBy(order(sagas.id)).limit(limit).as('page');
    const rows = await db
      .select()
      .from(page)
      .leftJoin(sagaEvents, eq(sagaEvents.sagaId, page.id))
      .orderBy(order(page.id), asc(sagaEvents.seq));
    const records = new Map<string, SagaRecord<Input>>();
    for (const { page: row, saga_events: event } of rows) {
      const record = records.get(row.id) ?? { ...row, input: row.input as Input, log: [] };
      records.set(row.id, record);
      if (event) record.log.push(toEvent(event));
    }
    return [...records.values()];
  }

  /** Takes the saga, whoever holds it, and gives it the status and the event, if it meets the condition. */
  async function move(id: string, condition: SQL, status: SagaStatus, event: NewSagaEvent) {
    const leaseId = randomUUID();
    const [moved] = await db.execute<{ seq: number }>(sql`
      WITH before AS (
        SELECT id, status FROM ${sagas} WHERE id = ${id} AND (${condition}) FOR UPDATE
      ), held AS (
        UPDATE ${sagas}
        SET status = ${status}, fencing_token = fencing_token + 1, last_seq = last_seq + 1, due_at = NULL,
            lease_id = ${leaseId}, lease_until = ${leaseEnd}, updated_at = now()
        FROM before WHERE sagas.id = before.id
        RETURNING sagas.id, sagas.status, sagas.status <> before.status AS "statusChanges",
          last_seq - 1 AS "lastSeq", ${JSON.stringify([event])}::json AS events
      ), followed AS (${followStatus})
      ${insertEvents(sql`held`)}
      RETURNING seq`);
    const [record] = moved ? await read(eq(sagas.id, id), 1) : [];
    // Where our event is not the last any more, or the lease is not ours, another has the saga by now.
    if (record?.leaseId !== leaseId || record.lastSeq !== moved?.seq) return undefined;
    const { input, fencingToken, traceparent, log, updatedAt } = record;
    return { id, input, fencingToken, leaseId, traceparent, log, now: databaseClock(updatedAt) };
  }

  return {
    /**
     * Commits a new saga, held by this process, together with the row that `insertAlongside` makes of `alongside`.
     * @param events its log, which begins with `begun`
     * @throws CommitUnknown if it cannot be told whether that happened; any other error means that it did not
     */
    async begin(id: string, input: Input, events: NewSagaEvent[], alongside: object): Promise<HeldSaga<Input>> {
      const traceparent = currentTraceparent();
      try {
        const leaseId = randomUUID();
        const written = await begin({ id, leaseId, events, input, traceparent, alongside });
        const at = new Date((written as Written).at);
        return {
          ...{ id, input, fencingToken: 1, leaseId, traceparent },
          ...{ log: toEntries(events, 0, at), now: databaseClock(at) },
        };
      } catch (error) {
        throw mayHaveCommitted(error) ? new CommitUnknown(`saga ${id}`, { cause: error }) : error;
      }
    },

    /**
     * Appends events, in one statement that also extends the lease and writes what follows from a new status. Returns
     * them as they stand in the log.
     * @throws LeaseLost if another driver has claimed the saga; then nothing was written
     */
    async append(
      { id, fencingToken, leaseId, log }: HeldSaga<Input>,
      events: NewSagaEvent[],
      result: AppendResult,
    ): Promise<SagaEvent[]> {
      const written = await append({ id, fencingToken, leaseId, lastSeq: log.length, events, ...result });
      if (!written) throw new LeaseLost(`saga ${id}`);
      return toEntries(events, log.length, new Date(written.at));
    },

    ...createSagaClaims<Input>(db, { owner, leaseEnd, read }),

    /**
     * Takes a saga that is stuck or waits for its next attempt, for fresh attempts now. Undefined if it is neither, or has
     * changed since it was found.
     */
    retry({ id, lastSeq }: Pick<SagaRow, 'id' | 'lastSeq'>, by: string): Promise<HeldSaga<Input> | undefined> {
      const isOpen = sql`status = 'COMPENSATION_STUCK' OR (status = 'COMPENSATING' AND due_at IS NOT NULL)`;
      return move(id, sql`last_seq = ${lastSeq} AND (${isOpen})`, 'COMPENSATING', { type: 'retried', by });
    },

    /** Closes a stuck saga by hand. Undefined if it is not stuck. */
    resolve(id: string, by: string, reason: string): Promise<HeldSaga<Input> | undefined> {
      return move(id, sql`status = 'COMPENSATION_STUCK'`, 'RESOLVED', { type: 'resolved', by, reason });
    },

    /**
     * Extends the leases of the sagas that are still ours. One that is being written to is passed over: an append
     * extends it itself, and waiting for it would hold up the appends of all others.
     */
    async extend(held: readonly HeldSaga<Input>[]): Promise<void> {
      const ours = held.map(
        ({ id, fencingToken, leaseId }) => sql`(${id}::uuid, ${fencingToken}::int, ${leaseId}::uuid)`,
      );
      await db
        .update(sagas)
        .set({ leaseUntil: leaseEnd })
        .where(
          sql`${sagas.id} = ANY (ARRAY(
            SELECT id FROM ${sagas} WHERE (id, fencing_token, lease_id) IN (${sql.join(ours, sql`, `)})
            FOR NO KEY UPDATE SKIP LOCKED
          ))`,
        );
    },

    /**
     * Gives a lease up: from `at`, when its next attempt is due, or now, anyone may claim the saga. Does nothing if the lease
     * is lost.
     */
    async release({ id, fencingToken, leaseId }: HeldSaga<Input>, at: Date | null): Promise<void> {
      const dueAt = sql`CASE WHEN ${sagas.status} = 'COMPENSATING' THEN ${at?.toISOString() ?? null}::timestamptz END`;
      const isOurs = or(eq(sagas.leaseId, leaseId), isNull(sagas.leaseId));
      await db
        .update(sagas)
        // Without the lease id an extension that comes late finds nothing of ours.
        .set({ leaseUntil: at ?? sql`now()`, dueAt, leaseId: null })
        .where(and(eq(sagas.id, id), eq(sagas.fencingToken, fencingToken), isOurs));
    },

    async find(id: string): Promise<SagaRecord<Input> | undefined> {
      const [record] = await read(eq(sagas.id, id), 1);
      return record;
    },

    /** Up to `limit` + 1 sagas before the cursor, newest first. */
    list({ limit, cursor, status, changedSince }: SagaListQuery): Promise<SagaRecord<Input>[]> {
      const changed = changedSince && hasChangedSince(sagas.id, changedSince);
      const before = cursor ? lt(sagas.id, cursor) : undefined;
      return read(and(status && eq(sagas.status, status), before, changed), limit + 1, desc);
    },
  };
}
