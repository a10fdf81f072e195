import { sql } from 'drizzle-orm';
import { boolean, check, integer, pgTable, timestamp } from 'drizzle-orm/pg-core';

/** What the last audit found, whichever process ran it: one row. */
export const auditVerdicts = pgTable(
  'audit_verdicts',
  {
    id: integer('id').primaryKey().default(1),
    startedAt: timestamp('started_at', { withTimezone: true }).notNull(),
    durationMs: integer('duration_ms').notNull(),
    quiet: boolean('quiet').notNull(),
    inFlight: integer('in_flight').notNull(),
    stuckCount: integer('stuck_count').notNull(),
    discrepancyCount: integer('discrepancy_count').notNull(),
  },
  (verdict) => [check('audit_verdicts_one_row', sql`${verdict.id} = 1`)],
);
