import { and, asc, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { type Database, mayHaveCommitted } from 'service-kit/database';
import type { PageQuery } from 'service-kit/page';
import { currentTraceparent } from 'service-kit/tracing';
import { hasChangedSince } from './changed-since.ts';
import { databaseClock } from './database-clock.ts';
import type { Failure, NewSagaEvent, SagaEvent, SagaStatus } from './saga-events.ts';
import { type SagaRow, sagaEvents, sagas } from './saga-schema.ts';

/** A saga that this process drives: its lease is ours as long as the fencing token is the newest. */
export interface HeldSaga<Input> {
  readonly id: string;
  readonly input: Input;
  readonly fencingToken: number;
  /** The trace that it began in. */
  readonly traceparent: string | null;
  readonly log: SagaEvent[];
  /** The database's clock. */
  now(): Date;
}

/** A saga with its log, for whoever wants to look at it. */
export interface SagaRecord<Input> extends SagaRow {
  input: Input;
  log: SagaEvent[];
}

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
  /** What else to change, in the same statement, when a saga gets this status; it finds the saga's id in `held (id)`. */
  followStatus(status: SagaStatus): SQL | undefined;
}

export type SagaStore<Input> = ReturnType<typeof createSagaStore<Input>>;

export function createSagaStore<Input>(db: Database, { leaseMs, owner, followStatus }: SagaStoreOptions) {
  const leaseEnd = sql`now() + ${leaseMs} * interval '1 millisecond'`;

  async function readLogs(ids: string[]): Promise<Map<string, SagaEvent[]>> {
    const rows = await db
      .select()
      .from(sagaEvents)
      .where(inArray(sagaEvents.sagaId, ids))
      .orderBy(asc(sagaEvents.sagaId), asc(sagaEvents.seq));
    const logs = new Map<string, SagaEvent[]>(ids.map((id) => [id, []]));
    for (const { sagaId, ...columns } of rows) logs.get(sagaId)?.push(toEvent(columns));
    return logs;
  }

  async function withLogs(rows: SagaRow[]): Promise<SagaRecord<Input>[]> {
    const logs = rows.length > 0 ? await readLogs(rows.map(({ id }) => id)) : new Map();
    return rows.map((row) => ({ ...row, input: row.input as Input, log: logs.get(row.id) ?? [] }));
  }

  /** The sagas that this process has just taken by these events, with their logs. */
  async function readHeld(taken: readonly WrittenEvent[]): Promise<HeldSaga<Input>[]> {
    if (taken.length === 0) return [];
    const seqs = new Map(taken.map((event) => [event.saga_id, event.seq]));
    const records = await withLogs(
      await db
        .select()
        .from(sagas)
        .where(inArray(sagas.id, [...seqs.keys()])),
    );
    // Where our event is not the last any more, the saga is another's by now, and so is the token in its row.
    const ours = records.filter(({ id, log }) => log.length === seqs.get(id));
    return ours.map(({ id, input, fencingToken, traceparent, log, updatedAt }) => {
      return { id, input, fencingToken, traceparent, log, now: databaseClock(updatedAt) };
    });
  }

  /** Takes the saga, whoever holds it, and gives it the status and the event, if it meets the condition. */
  async function move(id: string, condition: SQL, status: SagaStatus, event: NewSagaEvent) {
    const moved = await db.execute<WrittenEvent>(sql`
      WITH held AS (
        UPDATE ${sagas}
        SET status = ${status}, fencing_token = fencing_token + 1, last_seq = last_seq + 1, due_at = NULL,
            lease_until = ${leaseEnd}, updated_at = now()
        WHERE id = ${id} AND (${condition})
        RETURNING id, last_seq
      )
      ${insertEvent(event, sql`held`)}`);
    const [saga] = await readHeld(moved);
    return saga;
  }

  return {
    /**
     * Commits a new saga, held by this process, together with the row that `alongside` inserts.
     * @throws CommitUnknown if it cannot be told whether that happened; any other error means that it did not
     */
    async begin(id: string, input: Input, steps: string[], alongside: SQL): Promise<HeldSaga<Input>> {
      const traceparent = currentTraceparent();
      try {
        const [row] = await db.execute<{ at: string }>(sql`
          WITH begun AS (
            INSERT INTO ${sagas} (id, input, traceparent, lease_until)
            VALUES (${id}, ${JSON.stringify(input)}, ${traceparent}, ${leaseEnd})
            RETURNING id
          ), alongside AS (${alongside})
          INSERT INTO ${sagaEvents} (saga_id, seq, type, steps)
          SELECT id, 1, 'begun', ${textArray(steps)} FROM begun
          RETURNING at`);
        const at = new Date((row as { at: string }).at);
        const log: SagaEvent[] = [{ type: 'begun', steps, seq: 1, at }];
        return { id, input, fencingToken: 1, traceparent, log, now: databaseClock(at) };
      } catch (error) {
        throw mayHaveCommitted(error) ? new CommitUnknown(`saga ${id}`, { cause: error }) : error;
      }
    },

    /**
     * Appends an event, in one statement that also extends the lease and writes what follows from a new status.
     * Returns the database's time.
     * @throws LeaseLost if another driver has claimed the saga; then nothing was written
     */
    async append(saga: HeldSaga<Input>, event: NewSagaEvent, result: AppendResult): Promise<Date> {
      const follow = result.statusChanges ? followStatus(result.status) : undefined;
      const [row] = await db.execute<WrittenEvent>(sql`
        WITH held AS (
          UPDATE ${sagas}
          SET last_seq = last_seq + 1, status = ${result.status}, due_at = ${result.dueAt?.toISOString() ?? null},
              failure = ${result.failure && JSON.stringify(result.failure)}, lease_until = ${leaseEnd}, updated_at = now()
          WHERE id = ${saga.id} AND fencing_token = ${saga.fencingToken} AND last_seq = ${saga.log.length}
          RETURNING id, last_seq
        )${follow ? sql`, followed AS (${follow})` : sql``}
        ${insertEvent(event, sql`held`)}`);
      if (!row) throw new LeaseLost(`saga ${saga.id}`);
      return new Date(row.at);
    },

    /** Takes over up to `limit` unfinished sagas whose lease ran out, the oldest first. */
    async claim(limit: number): Promise<HeldSaga<Input>[]> {
      const claimed = await db.execute<WrittenEvent>(sql`
        WITH claimed AS (
          UPDATE ${sagas}
          SET fencing_token = fencing_token + 1, last_seq = last_seq + 1, lease_until = ${leaseEnd}, updated_at = now()
          WHERE id = ANY (ARRAY(
            SELECT id FROM ${sagas}
            WHERE status IN ('STARTED', 'COMPENSATING') AND lease_until <= now()
            ORDER BY id LIMIT ${limit}
            FOR UPDATE SKIP LOCKED
          ))
          RETURNING id, last_seq, due_at
        )
        ${insertEvent({ type: 'claimed', by: owner }, sql`claimed`, sql`CASE WHEN due_at IS NULL THEN 'takeover' ELSE 'due' END`)}`);
      return readHeld(claimed);
    },

    /** Takes a saga that is stuck or waits for its next attempt, for fresh attempts now. Undefined if it is neither. */
    retry(id: string, by: string): Promise<HeldSaga<Input> | undefined> {
      const condition = sql`status = 'COMPENSATION_STUCK' OR (status = 'COMPENSATING' AND due_at IS NOT NULL)`;
      return move(id, condition, 'COMPENSATING', { type: 'retried', by });
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
      const ours = held.map(({ id, fencingToken }) => sql`(${id}::uuid, ${fencingToken}::int)`);
      await db
        .update(sagas)
        .set({ leaseUntil: leaseEnd })
        .where(
          sql`${sagas.id} = ANY (ARRAY(
            SELECT id FROM ${sagas} WHERE (id, fencing_token) IN (${sql.join(ours, sql`, `)})
            FOR NO KEY UPDATE SKIP LOCKED
          ))`,
        );
    },

    /** Gives a lease up: from `at`, or now, anyone may claim the saga. Does nothing if the lease is lost. */
    async release({ id, fencingToken }: HeldSaga<Input>, at: Date | null): Promise<void> {
      await db
        .update(sagas)
        .set({ leaseUntil: at ?? sql`now()` })
        .where(and(eq(sagas.id, id), eq(sagas.fencingToken, fencingToken)));
    },

    async find(id: string): Promise<SagaRecord<Input> | undefined> {
      const [record] = await withLogs(await db.select().from(sagas).where(eq(sagas.id, id)));
      return record;
    },

    /** Up to `limit` + 1 sagas before the cursor, newest first. */
    async list({ limit, cursor, status, changedSince }: SagaListQuery): Promise<SagaRecord<Input>[]> {
      const changed = changedSince && hasChangedSince(sagas.id, changedSince);
      const rows = await db
        .select()
        .from(sagas)
        .where(and(status && eq(sagas.status, status), cursor ? lt(sagas.id, cursor) : undefined, changed))
        .orderBy(desc(sagas.id))
        .limit(limit + 1);
      return withLogs(rows);
    },
  };
}

/** What the insertion of an event returns. */
type WrittenEvent = { saga_id: string; seq: number; at: string };

/** The insertion of an event as the last of the saga whose `id`, `last_seq` and what `reason` needs are in `source`. */
function insertEvent(event: NewSagaEvent, source: SQL, reason?: SQL): SQL {
  const value = (name: string) => (event as unknown as Record<string, unknown>)[name] ?? null;
  const retryAt = value('retryAt') as Date | null;
  return sql`
    INSERT INTO ${sagaEvents}
      (saga_id, seq, type, step, attempt, outcome, kind, http_status, reason, duration_ms, retry_at, by)
    SELECT id, last_seq, ${event.type}::saga_event_type, ${value('step')}::text, ${value('attempt')}::int,
      ${value('outcome')}::call_outcome, ${value('kind')}::failure_kind, ${value('httpStatus')}::smallint,
      ${reason ?? sql`${value('reason')}::text`}, ${value('durationMs')}::int, ${retryAt?.toISOString() ?? null}::timestamptz,
      ${value('by')}::text
    FROM ${source}
    RETURNING saga_id, seq, at`;
}

/** An event has only the fields of its type; its row has a column for each field of every type. */
function toEvent(columns: Omit<typeof sagaEvents.$inferSelect, 'sagaId'>): SagaEvent {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null)) as unknown as SagaEvent;
}

function textArray(values: string[]): SQL {
  return sql`ARRAY[${sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  )}]::text[]`;
}
