import { sql } from 'drizzle-orm';
import { bigint, check, pgEnum, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** `CHARGED` → `REFUNDED`; `VOIDED` when the refund came first, so that a charge that comes later is refused. */
export const paymentStatus = pgEnum('payment_status', ['CHARGED', 'REFUNDED', 'VOIDED']);

/** One row per saga: the payment, and the barrier against repeated, empty and late calls. */
export const payments = pgTable(
  'payments',
  {
    sagaId: uuid('saga_id').primaryKey(),
    status: paymentStatus('status').notNull(),
    orderId: text('order_id'),
    amountCents: bigint('amount_cents', { mode: 'number' }),
    receiptId: uuid('receipt_id').unique(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (payment) => [
    check('payments_amount_positive', sql`${payment.amountCents} > 0`),
    check(
      'payments_voided_knows_nothing',
      sql`num_nulls(${payment.orderId}, ${payment.amountCents}, ${payment.receiptId}) = CASE WHEN ${payment.status} = 'VOIDED' THEN 3 ELSE 0 END`,
    ),
  ],
);

export type PaymentRow = typeof payments.$inferSelect;
