import { and, desc, eq, getTableColumns, lt, type SQL, sql } from 'drizzle-orm';
import type { Database, Transaction } from 'service-kit/database';
import type { PageQuery } from 'service-kit/page';
import type { OrderRecord } from './order-messages.ts';
import { type OrderRow, orders } from './order-schema.ts';
import type { SagaStatus } from './saga/saga-events.ts';
import { sagas } from './saga/saga-schema.ts';

export type OrderStore = ReturnType<typeof createOrderStore>;

export function createOrderStore(db: Database) {
  function select(where: SQL | undefined) {
    return db
      .select({ ...getTableColumns(orders), sagaStatus: sagas.status, failure: sagas.failure })
      .from(orders)
      .innerJoin(sagas, eq(sagas.id, orders.sagaId))
      .where(where)
      .$dynamic();
  }

  return {
    async find(id: string): Promise<OrderRecord | undefined> {
      const [order] = await select(eq(orders.id, id));
      return order;
    },

    async findByKey(key: string): Promise<OrderRecord | undefined> {
      const [order] = await select(eq(orders.idempotencyKey, key));
      return order;
    },

    /** Up to `limit` + 1 orders before the cursor, newest first. */
    list({ limit, cursor, status }: PageQuery & { status?: OrderRow['status'] | undefined }): Promise<OrderRecord[]> {
      const before = cursor ? lt(orders.id, cursor) : undefined;
      return select(and(before, status && eq(orders.status, status)))
        .orderBy(desc(orders.id))
        .limit(limit + 1);
    },
  };
}

/** Adds an order in the transaction that begins its saga. */
export async function insertOrder(tx: Transaction, order: typeof orders.$inferInsert): Promise<OrderRecord> {
  const [row] = await tx.insert(orders).values(order).returning();
  return { ...(row as OrderRow), sagaStatus: 'STARTED', failure: null };
}

/** Lets the order follow its saga, in the transaction that changes the saga's status. */
export async function followSaga(tx: Transaction, sagaId: string, sagaStatus: SagaStatus): Promise<void> {
  if (sagaStatus !== 'COMPLETED' && sagaStatus !== 'COMPENSATING') return;
  await tx
    .update(orders)
    .set({ status: sagaStatus === 'COMPLETED' ? 'COMPLETED' : 'CANCELLED', updatedAt: sql`now()` })
    .where(and(eq(orders.sagaId, sagaId), eq(orders.status, 'PENDING')));
}
