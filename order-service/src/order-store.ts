import { and, desc, eq, getTableColumns, lt, type SQL, sql } from 'drizzle-orm';
import type { Database } from 'service-kit/database';
import type { PageQuery } from 'service-kit/page';
import { recordOf } from 'service-kit/statement';
import type { OrderRecord } from './order-messages.ts';
import { type OrderRow, orders } from './order-schema.ts';
import { hasChangedSince } from './saga/changed-since.ts';
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

const { status: _, createdAt: __, updatedAt: ___, ...newColumns } = getTableColumns(orders);
const names = Object.values(newColumns).map(({ name }) => sql.identifier(name));
const fields = Object.keys(newColumns).map((field) => sql`placed.${sql.identifier(field)}`);

/**
 * The insertion of the order of each new saga, for the statement that begins it: in the order of the keys, so that two
 * replicas that are asked for the same orders wait for each other in that order.
 */
export const insertOrders = sql`
  INSERT INTO ${orders} (${sql.join(names, sql`, `)})
  SELECT ${sql.join(fields, sql`, `)} FROM begun, json_to_record(begun.alongside) AS placed (${recordOf(newColumns)})
  ORDER BY placed."idempotencyKey"`;

/** The change that lets orders follow their sagas, for the statement that gives the sagas their status. */
export const followSagas = sql`
  UPDATE ${orders}
  SET status = (CASE held.status WHEN 'COMPLETED' THEN 'COMPLETED' ELSE 'CANCELLED' END)::order_status, updated_at = now()
  FROM held
  WHERE ${orders.sagaId} = held.id AND ${orders.status} = 'PENDING' AND held."statusChanges"`;
