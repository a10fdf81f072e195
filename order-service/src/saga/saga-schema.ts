import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import { eventTypes, type Failure, failureKinds, outcomes, sagaStatuses } from './saga-events.ts';

export const sagaStatus = pgEnum('saga_status', sagaStatuses);
export const sagaEventType = pgEnum('saga_event_type', eventTypes);
export const callOutcome = pgEnum('call_outcome', outcomes);
export const failureKind = pgEnum('failure_kind', failureKinds);

const time = (name: string) => timestamp(name, { withTimezone: true });

/** One row per saga: where it stands, and who drives it. */
export const sagas = pgTable(
  'sagas',
  {
    id: uuid('id').primaryKey(),
    status: sagaStatus('status').notNull().default('STARTED'),
    /** What its calls are made from. */
    input: jsonb('input').notNull(),
    failure: jsonb('failure').$type<Failure>(),
    /** The W3C trace context that it began in, so that whoever drives it goes on in the same trace; null if none. */
    traceparent: text('traceparent'),
    /** The number of the last event in its log. */
    lastSeq: integer('last_seq').notNull().default(1),
    /** Raised by every claim: whoever holds an older one can write nothing. */
    fencingToken: integer('fencing_token').notNull().default(1),
    /**
     * Whose claim it is. A failover that loses the newest commits can have a token handed out twice, but not this. Null in
     * rows of earlier versions.
     */
    leaseId: uuid('lease_id'),
    /** Until then the holder of the token drives it; after that anyone may claim it. */
    leaseUntil: time('lease_until').notNull(),
    /** Set while nobody drives it and it waits for its next attempt. */
    dueAt: time('due_at'),
    createdAt: time('created_at').notNull().defaultNow(),
    updatedAt: time('updated_at').notNull().defaultNow(),
  },
  (saga) => [
    // Recovery looks only at the unfinished, however many are finished. The lease is not part of the key, so that an
    // append, which moves it, need not touch the index.
    index('sagas_unfinished').on(saga.id).where(sql`${saga.status} IN ('STARTED', 'COMPENSATING')`),
    index('sagas_by_status').on(saga.status, saga.id),
    check(
      'sagas_failure_once_turned_back',
      sql`(${saga.failure} IS NULL) = (${saga.status} IN ('STARTED', 'COMPLETED'))`,
    ),
  ],
);

/** The log: what was intended, what came of it, and who took over, in order. Never updated, never deleted. */
export const sagaEvents = pgTable(
  'saga_events',
  {
    sagaId: uuid('saga_id')
      .notNull()
      .references(() => sagas.id),
    seq: integer('seq').notNull(),
    at: time('at').notNull().defaultNow(),
    type: sagaEventType('type').notNull(),
    steps: text('steps').array(),
    step: text('step'),
    attempt: integer('attempt'),
    outcome: callOutcome('outcome'),
    kind: failureKind('kind'),
    httpStatus: smallint('http_status'),
    reason: text('reason'),
    durationMs: integer('duration_ms'),
    retryAt: time('retry_at'),
    by: text('by'),
  },
  (event) => [
    primaryKey({ columns: [event.sagaId, event.seq] }),
    // For what has changed since a time. Rows come in the order of their times, so that a few bytes for each quarter of
    // a megabyte find them, and an append need not touch them.
    index('saga_events_by_time').using('brin', event.at).with({ pages_per_range: 32, autosummarize: true }),
    check(
      'saga_events_call_has_step',
      sql`${event.type}::text NOT LIKE '%-%' OR num_nulls(${event.step}, ${event.attempt}) = 0`,
    ),
    check(
      'saga_events_answer_has_outcome',
      sql`(${event.type} IN ('action-answered', 'compensation-answered', 'failed')) = (${event.outcome} IS NOT NULL)`,
    ),
  ],
);

export type SagaRow = typeof sagas.$inferSelect;
