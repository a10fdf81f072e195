import { integer, pgTable, text } from 'drizzle-orm/pg-core';

/** What fails on purpose: rows, so that a switch outlives the crash that it causes and every replica sees it. */
export const faults = pgTable('faults', {
  name: text('name').primaryKey(),
  mode: text('mode').notNull(),
  /** How often it acts yet; null until it is switched off. */
  remaining: integer('remaining'),
  delayMs: integer('delay_ms').notNull(),
});
