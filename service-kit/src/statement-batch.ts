import { type SQL, sql } from 'drizzle-orm';
import { answered, type Database, isRowError } from './database.ts';
import { createMicroBatch } from './micro-batch.ts';
import { prepareStatement } from './statement.ts';

/** Where a batched statement finds its items: a JSON array of them. */
export const batchedItems = sql`${sql.placeholder('items')}::json`;

export interface StatementBatchOptions<Item, Row> {
  /** Does the work of all of `batchedItems`, and returns up to one row for each. It must not depend on their order. */
  statement: SQL;
  /** By which an item knows its row among those returned; no row may answer two items. */
  itemKey(item: Item): string;
  rowKey(row: Row): string;
  /** How long to wait for an answer: see `answered`. */
  silenceMs?: number | undefined;
}

/**
 * One statement for all items that are asked for at the same time, committed at once: each is answered after that commit,
 * with its row, or undefined if there is none. A batch that Postgres refuses for one of its rows is run again item by item,
 * so that this one fails alone.
 * @returns a function that rejects with the error of Postgres or of the connection, or when there is no answer for too
 *   long: then the work may have been done, or may yet be
 */
export function createStatementBatch<Item extends object, Row extends object>(
  db: Database,
  { statement, itemKey, rowKey, silenceMs }: StatementBatchOptions<Item, Row>,
): (item: Item) => Promise<Row | undefined> {
  const run = prepareStatement<Row>(db, statement);
  return createMicroBatch<Item, Row | undefined>({
    // More in one commit saves little, and every one waits for all.
    maxItems: 100,
    // While one is answered the next is gathered; the others of the pool are for everything else.
    maxInFlight: 2,
    didNothing: isRowError,
    async runBatch(items) {
      const rows = await answered(run({ items: JSON.stringify(items) }), silenceMs);
      const byKey = new Map(rows.map((row) => [rowKey(row), row]));
      return items.map((item) => byKey.get(itemKey(item)));
    },
  });
}
