import { cents, fromCents } from 'service-kit/cents';
import { uuid } from 'service-kit/ids';
import { pageQueryUpTo } from 'service-kit/page';
import { opaqueText, plainText } from 'service-kit/text';
import { z } from 'zod';
import { type PaymentRow, paymentStatus } from './schema.ts';

/** The body of `POST /payments/charge`. */
export const chargeRequest = z
  .object({
    sagaId: uuid,
    orderId: opaqueText(100),
    amount: cents(0.01, 9_999_999.99).describe('9999 always fails'),
    fail: z.boolean().default(false).describe('Whether to fail'),
  })
  .meta({ id: 'ChargeRequest' })
  .transform(({ amount, ...request }) => ({ ...request, amountCents: amount }));
export type ChargeRequest = z.output<typeof chargeRequest>;

/** The body of `POST /payments/refund`. */
export const refundRequest = z.object({ sagaId: uuid, reason: plainText(500) }).meta({ id: 'RefundRequest' });

export const sagaPath = z.object({ sagaId: uuid });

/** The query of `GET /payments`: long pages, since an audit reads them all. */
export const paymentsQuery = pageQueryUpTo(1000);

/** A payment as every call answers with it; what a VOIDED payment never knew is null. */
export const payment = z
  .object({
    sagaId: z.string(),
    orderId: z.string().nullable(),
    amount: z.number().nullable(),
    status: z.enum(paymentStatus.enumValues),
    receiptId: z.string().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({
    id: 'Payment',
    examples: [
      {
        sagaId: '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b47',
        orderId: 'order-1',
        amount: 12.5,
        status: 'CHARGED',
        receiptId: '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b48',
        createdAt: '2025-07-15T09:30:00.000Z',
        updatedAt: '2025-07-15T09:30:00.000Z',
      },
    ],
  });

export function toPayment(row: PaymentRow): z.output<typeof payment> {
  return {
    sagaId: row.sagaId,
    orderId: row.orderId,
    amount: row.amountCents === null ? null : fromCents(row.amountCents),
    status: row.status,
    receiptId: row.receiptId,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** What all payments come to: `charged` counts what was refunded since, too. */
export const paymentTotals = z
  .object({
    charged: z.number(),
    refunded: z.number(),
    counts: z.record(z.enum(paymentStatus.enumValues), z.int()),
  })
  .meta({ id: 'PaymentTotals' });
