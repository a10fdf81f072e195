import { type SQL, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { spendBudget } from './database-budget.ts';
import { isRowError, NotAnswered, NotConnected } from './database-errors.ts';
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
}

/**
 * One statement for all items that are asked for at the same time, committed at once: each is answered after that commit,
 * with its row, or undefined if there is none. A batch that Postgres refuses for one of its rows is run again item by item,
 * so that this one fails alone.
 * @returns a function that rejects as a statement of the pool does, and in the same time, the wait for a batch included
 */
export function createStatementBatch<Item extends object, Row extends object>(
  db: Database,
  { statement, itemKey, rowKey }: StatementBatchOptions<Item, Row>,
): (item: Item) => Promise<Row | undefined> {
  const run = prepareStatement<Row>(db, statement);
  const { timeouts, statementMs } = db.$pool;
  const ask = createMicroBatch<Timed<Item>, Row | undefined>({
    // More in one commit saves little, and every one waits for all.
    maxItems: 100,
    // While one is answered the next is gathered; the others of the pool are for everything else.
    maxInFlight: 2,
    didNothing: isRowError,
    // As much is left for the statement then as for one that waited for its connection.
    deadlines: ({ giveUpAtMs }) => ({ runByMs: giveUpAtMs - statementMs, answerByMs: giveUpAtMs }),
    lateError: (wasRun) =>
      wasRun ? new NotAnswered(timeouts.requestMs) : new NotConnected(new Error('those before it took too long')),
    async runBatch(timed) {
      // As long as the youngest may wait: an older one is given up by itself.
      const timeoutMs = Math.max(...timed.map(({ giveUpAtMs }) => giveUpAtMs)) - performance.now();
      const rows = await run({ items: JSON.stringify(timed.map(({ item }) => item)) }, timeoutMs);
      const byKey = new Map(rows.map((row) => [rowKey(row), row]));
      return timed.map(({ item }) => byKey.get(itemKey(item)));
    },
  });
  return (item) => spendBudget(timeouts, (timeoutMs) => ask({ item, giveUpAtMs: performance.now() + timeoutMs }));
}

interface Timed<Item> {
  item: Item;
  giveUpAtMs: number;
}
