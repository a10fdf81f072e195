import { eq, sql } from 'drizzle-orm';
import type { Database } from 'service-kit/database';
import { newId } from 'service-kit/ids';
import type { Problem } from 'service-kit/problem';
import { columnsOf, readRow } from 'service-kit/statement';
import { batchedItems, createStatementBatch } from 'service-kit/statement-batch';
import type { ChargeRequest } from './messages.ts';
import type { OperationCount } from './metrics.ts';
import { paymentProblem } from './problems.ts';
import { type PaymentRow, payments } from './schema.ts';

export type PaymentStore = ReturnType<typeof createPaymentStore>;

/** @param count told of every charge and refund */
export function createPaymentStore(db: Database, count: OperationCount = () => {}) {
  async function find(sagaId: string): Promise<PaymentRow> {
    const [row] = await db.select().from(payments).where(eq(payments.sagaId, sagaId));
    if (!row) throw paymentProblem('payment-not-found', `Saga ${sagaId}`);
    return row;
  }

  const writeCharge = createCharge(db);
  const writeRefund = createRefund(db);

  function refuse(...problem: Parameters<typeof paymentProblem>): Problem {
    count('charge', 'refused');
    return paymentProblem(...problem);
  }

  return {
    /** The saga's payment. Throws Problem payment-not-found. */
    find,

    /**
     * Charges the saga once, however often and however simultaneously it is asked.
     * @throws Problem charge-after-refund, or charge-conflict if the saga was charged for something else
     */
    async charge({ sagaId, orderId, amountCents }: ChargeRequest): Promise<PaymentRow> {
      const charged = await writeCharge({ sagaId, orderId, amountCents, receiptId: newId() });
      if (charged) {
        count('charge', 'applied');
        return readRow(payments, charged);
      }
      const before = await find(sagaId);
      if (before.status !== 'CHARGED') throw refuse('charge-after-refund', `Saga ${sagaId}`);
      if (before.orderId !== orderId || before.amountCents !== amountCents) throw refuse('charge-conflict');
      count('charge', 'replayed');
      return before;
    },

    /** Refunds what the saga was charged, or bars it from being charged later. Never refuses. */
    async refund(sagaId: string): Promise<PaymentRow> {
      const refunded = await writeRefund({ sagaId });
      count('refund', nameResult(refunded));
      return refunded ? readRow(payments, refunded) : find(sagaId);
    },
  };
}

/** A row of `payments` as the driver gives it. */
interface WrittenPayment {
  saga_id: string;
  status: PaymentRow['status'];
  receipt_id: string | null;
  [column: string]: unknown;
}

/** Writes a saga's charge, unless the saga has a row: then there is none to answer with. */
function createCharge(db: Database) {
  return createStatementBatch<Omit<ChargeRequest, 'fail'> & { receiptId: string }, WrittenPayment>(db, {
    // In the order of the key, so that two batches that write the same sagas wait for each other in that order.
    statement: sql`
      INSERT INTO ${payments} (saga_id, status, order_id, amount_cents, receipt_id)
      SELECT "sagaId", 'CHARGED', "orderId", "amountCents", "receiptId"
      FROM json_to_recordset(${batchedItems})
        AS item ("sagaId" uuid, "orderId" text, "amountCents" bigint, "receiptId" uuid)
      ORDER BY "sagaId"
      ON CONFLICT DO NOTHING
      RETURNING ${columnsOf(payments)}`,
    // Of two items of one saga, only the one that was written.
    itemKey: ({ receiptId }) => receiptId,
    rowKey: ({ receipt_id }) => String(receipt_id),
  });
}

/** Writes a saga's refund, or its bar, unless it has either: then there is none to answer with. */
function createRefund(db: Database) {
  return createStatementBatch<{ sagaId: string }, WrittenPayment>(db, {
    statement: sql`
      INSERT INTO ${payments} (saga_id, status)
      SELECT "sagaId", 'VOIDED' FROM json_to_recordset(${batchedItems}) AS item ("sagaId" uuid)
      ORDER BY "sagaId"
      ON CONFLICT (saga_id) DO UPDATE SET status = 'REFUNDED', updated_at = now()
        WHERE ${payments.status} = 'CHARGED'
      RETURNING ${columnsOf(payments)}`,
    // Postgres refuses to write one row twice in one statement, so of two items of one saga each goes by itself.
    itemKey: ({ sagaId }) => sagaId,
    rowKey: ({ saga_id }) => saga_id,
  });
}

/** @param written the row that the refund wrote, if it had to */
function nameResult(written: WrittenPayment | undefined) {
  if (!written) return 'replayed';
  return written.status === 'REFUNDED' ? 'applied' : 'voided';
}
