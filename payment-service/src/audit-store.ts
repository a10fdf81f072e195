import { asc, gt, sql } from 'drizzle-orm';
import { fromCents } from 'service-kit/cents';
import type { Database } from 'service-kit/database';
import type { PageQuery } from 'service-kit/page';
import type { z } from 'zod';
import type { paymentTotals } from './messages.ts';
import { type PaymentRow, payments } from './schema.ts';

export type AuditStore = ReturnType<typeof createAuditStore>;

/**
 * Reads over all payments.
 * @param longReads the same database, for what reads every row
 */
export function createAuditStore(db: Database, longReads: Database) {
  return {
    /** Up to `limit + 1` payments by saga id, after the cursor. */
    list({ limit, cursor }: PageQuery): Promise<PaymentRow[]> {
      return db
        .select()
        .from(payments)
        .where(cursor ? gt(payments.sagaId, cursor) : undefined)
        .orderBy(asc(payments.sagaId))
        .limit(limit + 1);
    },

    /** One statement, so that the totals are of one moment. */
    async sum(): Promise<z.output<typeof paymentTotals>> {
      const [sums] = await longReads
        .select({
          charged: sql`coalesce(sum(${payments.amountCents}), 0)`.mapWith(toMoney),
          refunded: sql`coalesce(sum(${payments.amountCents}) FILTER (WHERE ${hasStatus('REFUNDED')}), 0)`.mapWith(
            toMoney,
          ),
          CHARGED: countOf('CHARGED'),
          REFUNDED: countOf('REFUNDED'),
          VOIDED: countOf('VOIDED'),
        })
        .from(payments);
      const { charged, refunded, ...counts } = sums as NonNullable<typeof sums>;
      return { charged, refunded, counts };
    },
  };
}

const hasStatus = (status: PaymentRow['status']) => sql`${payments.status} = ${status}`;
const countOf = (status: PaymentRow['status']) => sql`count(*) FILTER (WHERE ${hasStatus(status)})`.mapWith(Number);
const toMoney = (cents: string) => fromCents(Number(cents));
