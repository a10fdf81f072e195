import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Database } from 'service-kit/database';
import { orders } from '../order-schema.ts';
import { sagas } from '../saga/saga-schema.ts';
import type { LedgerSaga } from './ledger.ts';

const over = sql`${sagas.status} NOT IN ('STARTED', 'COMPENSATING')`;
const nobody = '00000000-0000-0000-0000-000000000000';

export type SagaLedger = ReturnType<typeof createSagaLedger>;

/** The sagas and their orders as this service has recorded them. Times are those of its database, as it writes them. */
export function createSagaLedger(db: Database, pageSize = 1000) {
  function select(startedAt: string, ordersSought: SQL | undefined) {
    return db
      .select({
        sagaId: sagas.id,
        status: sagas.status,
        ended: sql<boolean>`${over} AND ${sagas.updatedAt} <= ${startedAt}::timestamptz`,
        order: {
          id: orders.id,
          status: orders.status,
          itemName: orders.itemName,
          quantity: orders.quantity,
          amountCents: orders.amountCents,
        },
      })
      .from(sagas)
      .leftJoin(orders, and(eq(orders.sagaId, sagas.id), ordersSought))
      .$dynamic();
  }

  return {
    async readClock(): Promise<string> {
      const [row] = await db.execute<{ now: string }>(sql`SELECT now()::text AS now`);
      return (row as { now: string }).now;
    },

    /** Every saga by ascending id; `ended` tells whether it was over at `startedAt`. */
    async *pages(startedAt: string): AsyncGenerator<LedgerSaga[]> {
      for (let last: string | undefined = nobody; last !== undefined; ) {
        // Said of the orders, too: a merge join would otherwise read their index from its beginning for each page.
        const rows: LedgerSaga[] = await select(startedAt, gt(orders.sagaId, last))
          .where(gt(sagas.id, last))
          .orderBy(asc(sagas.id))
          .limit(pageSize);
        last = rows.length === pageSize ? rows.at(-1)?.sagaId : undefined;
        if (rows.length > 0) yield rows;
      }
    },

    async find(sagaId: string, startedAt: string): Promise<LedgerSaga | undefined> {
      const [row] = await select(startedAt, undefined).where(eq(sagas.id, sagaId));
      return row;
    },

    /** How many sagas are not over, or moved after `startedAt`. */
    async countMoving(startedAt: string): Promise<number> {
      const [row] = await db
        .select({ count: sql<number>`count(*)::int` })
        .from(sagas)
        .where(sql`NOT (${over}) OR ${sagas.updatedAt} > ${startedAt}::timestamptz`);
      return row?.count ?? 0;
    },
  };
}
