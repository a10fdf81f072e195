import { eq, sql } from 'drizzle-orm';
import type { Database } from 'service-kit/database';
import { newId } from 'service-kit/ids';
import type { Problem } from 'service-kit/problem';
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
      const [charged] = await db
        .insert(payments)
        .values({ sagaId, orderId, amountCents, status: 'CHARGED', receiptId: newId() })
        .onConflictDoNothing()
        .returning();
      if (charged) {
        count('charge', 'applied');
        return charged;
      }
      const before = await find(sagaId);
      if (before.status !== 'CHARGED') throw refuse('charge-after-refund', `Saga ${sagaId}`);
      if (before.orderId !== orderId || before.amountCents !== amountCents) throw refuse('charge-conflict');
      count('charge', 'replayed');
      return before;
    },

    /** Refunds what the saga was charged, or bars it from being charged later. Never refuses. */
    async refund(sagaId: string): Promise<PaymentRow> {
      const [refunded] = await db
        .insert(payments)
        .values({ sagaId, status: 'VOIDED' })
        .onConflictDoUpdate({
          target: payments.sagaId,
          set: { status: 'REFUNDED', updatedAt: sql`now()` },
          setWhere: eq(payments.status, 'CHARGED'),
        })
        .returning();
      count('refund', nameResult(refunded));
      return refunded ?? find(sagaId);
    },
  };
}

/** @param written the row that the refund wrote, if it had to */
function nameResult(written: PaymentRow | undefined) {
  if (!written) return 'replayed';
  return written.status === 'REFUNDED' ? 'applied' : 'voided';
}
