import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgEnum, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { sagas } from './saga/saga-schema.ts';

export const orderStatuses = ['PENDING', 'COMPLETED', 'CANCELLED'] as const;
export const orderStatus = pgEnum('order_status', orderStatuses);

export const orders = pgTable(
  'orders',
  {
    id: uuid('id').primaryKey(),
    sagaId: uuid('saga_id')
      .notNull()
      .unique()
      .references(() => sagas.id),
    status: orderStatus('status').notNull().default('PENDING'),
    itemName: text('item_name').notNull(),
    quantity: integer('quantity').notNull(),
    /** Null where the order was placed by an amount that is no whole multiple of its quantity. */
    priceCents: bigint('price_cents', { mode: 'number' }),
    amountCents: bigint('amount_cents', { mode: 'number' }).notNull(),
    idempotencyKey: text('idempotency_key').unique('orders_idempotency_key'),
    /** SHA-256 of the request that came with the key, to tell a replay from a mistake. */
    requestHash: text('request_hash'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (order) => [
    index('orders_by_status').on(order.status, order.id),
    check('orders_quantity_in_range', sql`${order.quantity} BETWEEN 1 AND 100000`),
    check('orders_amount_in_range', sql`${order.amountCents} BETWEEN 1 AND 999999999`),
    check('orders_amount_is_price_times_quantity', sql`${order.amountCents} = ${order.priceCents} * ${order.quantity}`),
    check('orders_key_has_hash', sql`(${order.idempotencyKey} IS NULL) = (${order.requestHash} IS NULL)`),
  ],
);

export type OrderRow = typeof orders.$inferSelect;
