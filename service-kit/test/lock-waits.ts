import { sql } from 'drizzle-orm';
import { waitUntil } from 'stack/wait-until';
import type { Database } from '../src/database.ts';

// A statement waits 0.4 s for a lock: what a test does meanwhile is not to wait for a connection to be made.

/** Makes as many connections as there are statements to be at once. */
export async function connectAll(db: Database, statements: number): Promise<void> {
  await Promise.all(Array.from({ length: statements }, () => db.execute(sql`SELECT pg_sleep(0.05)`)));
}

/** Resolves once as many statements wait for a row that another transaction holds. */
export async function untilWaiting(db: Database, statements: number): Promise<void> {
  await waitUntil(`${statements} wait for a lock`, async () => {
    // Not in the transaction of the other, in which the view would stay as it was at first.
    const waiting = await db.execute(
      sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return waiting.length === statements;
  });
}
