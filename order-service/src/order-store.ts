import { and, desc, eq, getTableColumns, lt, type SQL, sql } from 'drizzle-orm';
import type { Database } from 'service-kit/database';
import type { PageQuery } from 'service-kit/page';
import type { OrderRecord } from './order-messages.ts';
import { type OrderRow, orders } from './order-schema.ts';
import { hasChangedSince } from './saga/changed-since.ts';
import type { SagaStatus } from './saga/saga-events.ts';
import { sagas } from './saga/saga-schema.ts';

export interface OrderListQuery extends PageQuery {
  status?: OrderRow['status'] | undefined;
  /** Only those whose saga has an event at or after this time. */
  changedSince?: Date | undefined;
}

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
    /** The insertion of an order, for the statement that begins its saga. */
    insertion(order: typeof orders.$inferInsert): SQL {
      return db.insert(orders).values(order).getSQL();
    },

    async find(id: string): Promise<OrderRecord | undefined> {
      const [order] = await select(eq(orders.id, id));
      return order;
    },

    async findByKey(key: string): Promise<OrderRecord | undefined> {
      const [order] = await select(eq(orders.idempotencyKey, key));
      return order;
    },

    /** Up to `limit` + 1 orders before the cursor, newest first. */
    list({ limit, cursor, status, changedSince }: OrderListQuery): Promise<OrderRecord[]> {
      const before = cursor ? lt(orders.id, cursor) : undefined;
      const changed = changedSince && hasChangedSince(orders.sagaId, changedSince);
      return select(and(before, status && eq(orders.status, status), changed))
        .orderBy(desc(orders.id))
        .limit(limit + 1);
    },
  };
}

/** The change that lets an order follow its saga, for the statement that gives the saga this status. */
export function followSaga(sagaStatus: SagaStatus): SQL | undefined {
  if (sagaStatus !== 'COMPLETED' && sagaStatus !== 'COMPENSATING') return undefined;
  const status = sagaStatus === 'COMPLETED' ? 'COMPLETED' : 'CANCELLED';
  return sql`
    UPDATE ${orders} SET status = ${status}, updated_at = now()
    FROM held WHERE ${orders.sagaId} = held.id AND ${orders.status} = 'PENDING'`;
}
