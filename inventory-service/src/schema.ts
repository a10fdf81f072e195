import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgEnum, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Real stock: a reservation moves units from `available` to `reserved`; only a PUT changes what is `stocked`. */
export const products = pgTable(
  'products',
  {
    id: text('id').primaryKey(),
    available: bigint('available', { mode: 'number' }).notNull(),
    reserved: bigint('reserved', { mode: 'number' }).notNull().default(0),
    stocked: bigint('stocked', { mode: 'number' }).notNull(),
  },
  (product) => [
    check('products_never_oversold', sql`${product.available} >= 0 AND ${product.reserved} >= 0`),
    check('products_stock_conserved', sql`${product.stocked} = ${product.available} + ${product.reserved}`),
  ],
);

/** `RESERVED` → `RELEASED`; `VOIDED` when the release came first, so that a reserve that comes later is refused. */
export const reservationStatus = pgEnum('reservation_status', ['RESERVED', 'RELEASED', 'VOIDED']);

/** One row per saga: the reservation, and the barrier against repeated, empty and late calls. */
export const reservations = pgTable(
  'reservations',
  {
    sagaId: uuid('saga_id').primaryKey(),
    status: reservationStatus('status').notNull(),
    productId: text('product_id').references(() => products.id),
    quantity: integer('quantity'),
    reservationId: uuid('reservation_id').unique(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (reservation) => [
    // For the sum of what is reserved of one product, of which there may be many.
    index('reservations_held').on(reservation.productId).where(sql`${reservation.status} = 'RESERVED'`),
    check('reservations_quantity_positive', sql`${reservation.quantity} > 0`),
    check(
      'reservations_voided_knows_nothing',
      sql`num_nulls(${reservation.productId}, ${reservation.quantity}, ${reservation.reservationId}) = CASE WHEN ${reservation.status} = 'VOIDED' THEN 3 ELSE 0 END`,
    ),
  ],
);

export type ProductRow = typeof products.$inferSelect;
export type ReservationRow = typeof reservations.$inferSelect;
